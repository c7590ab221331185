// The start page: files → Python in this browser → what was read → the report. No address but those beside this page is asked.
const at = id => document.getElementById(id);
const PYTHON = new URL("jupyter/static/pyodide/", location.href);
const FOLDER = "/home/pyodide/diary";
const ABSENT = "This copy of the page came without Python, so it cannot read a diary yet. Whoever put it here builds it " +
  "with “make lite PYODIDE=…”.";
const INCOMPLETE = "The Python beside this page lacks packages: it has to be Pyodide's whole distribution.";
let python; // a promise: started once, when the first file is given

function say(now, problem = "") {
  at("now").textContent = now;
  at("problem").textContent = problem;
  at("problem").hidden = !problem;
  for (const button of document.querySelectorAll("button")) button.disabled = Boolean(now);
}

async function start() {
  let loader;
  try {
    loader = await import(new URL("pyodide.mjs", PYTHON));
  } catch {
    throw new Error(ABSENT);
  }
  const { pyodide: names, wheels } = await (await fetch("packages.json")).json();
  say("Starting Python in this page: half a minute the first time");
  const py = await loader.loadPyodide({ indexURL: PYTHON.href });
  await py.loadPackage(names);
  await py.loadPackage(wheels.map(name => new URL(`jupyter/pypi/${name}`, location.href).href));
  try {
    return { py, rlskit: py.pyimport("rlskit.pages.in_browser") };
  } catch (wrong) { // the last line of a traceback says what is not there
    throw new Error(`${INCOMPLETE} ${wrong.message.trim().split("\n").find(line => line.includes("Error:")) ?? ""}`);
  }
}

async function ask(what, work) {
  say(what);
  try {
    python ??= start();
    const told = JSON.parse(await work(await python));
    say("", told.problem ?? "");
    return told;
  } catch (wrong) {
    if (wrong.message === ABSENT) python = undefined;
    say("", wrong.message);
    return {};
  }
}

async function read(files) {
  if (!files.length) return;
  at("meaning").hidden = at("answers").hidden = true;
  const told = await ask("Reading the diary", async ({ py, rlskit }) => {
    py.runPython(`import shutil; shutil.rmtree("${FOLDER}", ignore_errors=True)`);
    py.FS.mkdirTree(FOLDER);
    for (const file of files)
      py.FS.writeFile(`${FOLDER}/${file.name.replaceAll("/", "_")}`, new Uint8Array(await file.arrayBuffer()));
    return rlskit.read(FOLDER, Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
  });
  if (told.toml === undefined) return;
  at("read").innerHTML = told.read ?? "";
  at("toml").value = told.toml;
  at("meaning").hidden = false;
  at("meaning").scrollIntoView();
}

async function answer() {
  const toml = at("toml").value;
  const told = await ask("Working out the answers", ({ rlskit }) => rlskit.answer(FOLDER, toml));
  if (!told.page) return;
  at("report").srcdoc = told.page;
  offer("save-report", told.page, "text/html");
  offer("save-toml", toml, "text/plain");
  at("answers").hidden = false;
  at("answers").scrollIntoView();
}

function offer(id, text, type) {
  const link = at(id);
  if (link.href) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.hidden = false;
}

async function sample() {
  const names = ["bearable.csv", "sleep-as-android.csv", "rlskit.toml"];
  await read(await Promise.all(names.map(async name =>
    new File([await (await fetch(`jupyter/files/sample/${name}`)).blob()], name))));
}

at("files").addEventListener("change", () => read([...at("files").files]));
at("sample").addEventListener("click", sample);
at("answer").addEventListener("click", answer);
for (const [event, over] of [["dragover", true], ["dragleave", false], ["drop", false]])
  at("drop").addEventListener(event, happened => {
    happened.preventDefault();
    at("drop").classList.toggle("over", over);
    if (event === "drop") read([...happened.dataTransfer.files]);
  });
for (const event of ["dragover", "drop"]) // a file dropped beside the field is not opened in place of the page
  addEventListener(event, happened => happened.preventDefault());
