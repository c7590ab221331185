"""write_plan(), read_plan(): the sealed file of a plan. Its SHA-256 shows an edit; only where others were given it
beforehand does it prove to them that the plan is the one that was made."""

from __future__ import annotations

import json
from pathlib import Path

from rlskit.errors import DiaryError
from rlskit.trials.plan import PLAN, TrialPlan, plan_from, plan_values
from rlskit.utils.files import check_file, write_whole
from rlskit.utils.kinds import PATH, takes

FILE_NAME = "plan.json"
SEAL = "sha256"


@takes(PLAN)
def write_plan(plan: TrialPlan, folder: str | Path) -> Path:
    """Write the sealed file into a folder, readable by nobody else; return its path.

    Raises DiaryError where the folder holds a plan: a plan is never overwritten.

    Example: ``rk.write_plan(plan, "my/plan")``
    """
    path = Path(folder) / FILE_NAME
    if path.exists():
        raise DiaryError(f"{path}: exists already, and a plan is never overwritten. Name another folder.")
    values = plan_values(plan)
    nights = ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in values.pop("schedule"))
    rest = json.dumps({SEAL: plan.sha256, **values}, ensure_ascii=False, indent=1)
    return write_whole(path, f'{rest[:-2]},\n "schedule": [\n  {nights}\n ]\n}}\n', private=True)


@takes(PATH)
def read_plan(path: str | Path) -> TrialPlan:
    """Read a plan from its sealed file, or from the folder that holds one.

    Raises DiaryError where there is none, where it is no plan, or where it was edited after it was sealed.

    Example: ``rk.read_plan("my/trial")``
    """
    path = Path(path)
    file = path / FILE_NAME if path.is_dir() else path
    check_file(file)
    if not file.is_file():
        raise DiaryError(f"{file}: no plan there. Make one with `rlskit plan`, or name the folder that it wrote.")
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        seal = values.pop(SEAL)
        plan = plan_from(values)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DiaryError(f"{file}: expected a plan written by `rlskit plan`, found something else, or a plan that lost "
                         "a part. Go back to the file as it was written.") from None
    if plan.sha256 != seal:
        raise DiaryError(f"{file}: this plan was changed after it was sealed (its SHA-256 is {plan.sha256[:12]}…, "
                         f"sealed was {str(seal)[:12]}…). Go back to the file as it was written; nights that followed "
                         "a changed schedule can only be read as watching.")
    return plan
