"""Medicine is never left to a coin, by whatever name; everything else is."""

import pytest

import rlskit as rk
from rlskit.trials.refused import medicine_in, refuse_medicine

FREE = """
calf stretch; evening walk; no caffeine after noon; 200 mg caffeine; magnesium; hot bath; yoga; april walk;
compression socks; foot massage; cold shower; no alcohol; Dehnübung; marche du soir; massage des pieds; weighted
blanket; heat pad; reading in bed; pilates; meditation; cycle 15 minutes; ice pack; vibration pad; leg press;
hamstring stretch; no screens; Spaziergang; camomile tea; salt bath; squats; cyclone bike; early dinner; telephone a
friend; cherry juice 200 ml; hapkido; lecture; magnesium spray; lavender oil; pillow between knees; medical
compression stockings; seasoned food; a stone massage
"""
REFUSED = """
Sifrol; my Mirapex; pramipexol 0,18; skip the levodopa; half a dose; Gabapentine; gabapentina; LYRICA 75; rotigotine
patch; stop my medicine; iron tablet; sleeping pills; Schlaftablette; ferinject; zopiclon; amlodipine; bisoprolol;
ramipril; atorvastatin; ibuprofen 400 mg; paracétamol; no antidepressant; SSRI; dopamine agonist; Madopar LT;
oxycodon; Targin; médicament; Medikamente; xanax; lisinopril; losartan; pantoprazole; insulin; blood pressure tablets;
CBD oil; melatonin; aspirin; antihistamine; cetirizine; benadryl; beta blocker; opioids; таблетка; прамипексол;
something 5 mg; drops 20 drops; iron; Neupro; Requip; Horizant; clonazepam; Rivotril; zolpidem; methadone; Suboxone;
quetiapine; mirtazapine; PREGABALIN; L-dopa; skip my pills; pausing Neupro; iron infusions; Eiseninfusion; wean off
gabapentin; tapering; Leganto; Xadago; Alzain; Valoron; co-codamol; low dose LDN; Tylenol; Advil; Ferrograd; Trevilor;
painkiller; Schmerzmittel; antidouleur; somnifère; medicación; pastillas; farmaco; fármaco; medicijnen; läkemedel;
lääke; ilaç; leki; żelazo; járn; φάρμακο; χάπι; снотворное; תרופה; دواء; दवा; 薬を飲む; 약; blood thinner; antibiotic;
contraceptive; eye drops; inhaler; CPAP; half a dose; weed
"""


def listed(texts):
    return [" ".join(text.split()) for text in texts.split(";")]


@pytest.mark.parametrize("text", listed(FREE))
def test_what_anybody_may_do(text):
    assert medicine_in(text) == ""


@pytest.mark.parametrize("text", listed(REFUSED))
def test_what_a_coin_must_not_decide(text):
    assert medicine_in(text)
    for said in ((f"{text} at 19:30", ""), ("walk at 19:30", f"no walk, {text}")):
        with pytest.raises(rk.ModelError, match="A coin must never decide about medicine"):
            rk.plan_trial(0.5, said[0], control=said[1])


def test_the_reason_names_the_word():
    with pytest.raises(rk.ModelError) as wrong:
        refuse_medicine("plan_trial", "treatment", "half of my Sifrol at 20:00")
    assert str(wrong.value) == (
        'plan_trial, treatment: found "Sifrol" in "half of my Sifrol at 20:00"; expected something that you are free '
        'to do or '
        "leave on any evening, such as a calf stretch. A coin must never decide about medicine, its dose or leaving it "
        "out: starting, stopping or changing it can harm, and restless legs can come back worse. Talk to the person "
        "who prescribed it, or to a pharmacist.")
