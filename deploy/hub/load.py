"""Try the hub with a class of learners on this machine, and report what it cost.

    python deploy/hub/load.py --learners 20

Starts the hub, and for each learner: signs in, starts the server, opens a lesson, runs every code
cell and answers the quiz, as a browser would. Then each record must hold exactly that
learner's own answers. It talks to 127.0.0.1 only, and stops the hub when it is done or late.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import psutil

HERE = Path(__file__).resolve().parent
HUB = "http://127.0.0.1:8000"
MOST = 60  # learners: this is a test for one machine
QUESTIONS = 30  # that one quiz may have at most
WIDGET = "application/vnd.jupyter.widget-view+json"


class Failed(Exception):
    """Something did not go as a learner needs it."""


class Learner:
    """One learner with a browser: `seconds` of each step, and the answers that were `sent`."""

    def __init__(self, number: int, lesson: str) -> None:
        self.name = f"learner{number:02}"
        self.lesson = lesson
        self.home = f"{HUB}/user/{self.name}"
        self.chance = random.Random(self.name)  # each answers in their own way
        self.seconds: list[tuple[str, float]] = []
        self.sent: list[tuple[str, object, str]] = []
        self.screens: dict[str, dict] = {}  # what each view shows, by its comm
        self.notices: dict[str, dict] = {}

    @contextmanager
    def step(self, name: str):
        """Measure a step."""
        begun = time.monotonic()
        yield
        self.seconds.append((name, time.monotonic() - begun))

    async def learn(self, until: float) -> None:
        """Go through the whole lesson; raises Failed, or TimeoutError after `until`."""
        jar = aiohttp.CookieJar(unsafe=True)  # that is: also for an address without a name
        async with asyncio.timeout_at(until), aiohttp.ClientSession(cookie_jar=jar) as self.web:
            with self.step("sign in"):
                await self.sign_in()
            with self.step("start the server"):
                await self.start_server()
            with self.step("open JupyterLab"):
                if "jupyter-config-data" not in await self.get("/lab"):
                    raise Failed(f"{self.name} does not see JupyterLab.")
            with self.step("open the lesson"):
                notebook = json.loads(await self.get(f"/api/contents/{self.lesson}"))["content"]
            with self.step("start the kernel"):
                kernel = await self.start_kernel()
                channels = f"{self.home}/api/kernels/{kernel}/channels"
                self.socket = await self.web.ws_connect(channels, max_msg_size=0)
                await self.ask("kernel_info_request", {})
            with self.step("run the lesson"):
                quiz = await self.run_cells(notebook)
            await self.answer_quiz(quiz)
            await self.compare_record()

    # The hub.

    async def sign_in(self) -> None:
        """Send the form of the sign-in page."""
        await self.page(f"{HUB}/hub/login")
        form = {"username": self.name, "password": "any", "_xsrf": self.token("/hub/")}
        async with self.web.post(f"{HUB}/hub/login", data=form, allow_redirects=False) as reply:
            if reply.status != 302:
                raise Failed(f"{self.name} was not let in: {reply.status}")

    async def start_server(self) -> None:
        """Ask for the server, and wait until it shows its own pages."""
        url, _ = await self.page(f"{HUB}/hub/spawn/{self.name}")
        while "/hub/spawn-pending/" in url:
            await asyncio.sleep(0.5)
            url, _ = await self.page(url)
        if not url.startswith(self.home):
            raise Failed(f"The server of {self.name} did not start: {url}")

    async def page(self, url: str) -> tuple[str, str]:
        """Return where a page led to, and its text."""
        async with self.web.get(url, headers={"Sec-Fetch-Mode": "navigate"}) as reply:
            text = await reply.text()
            if reply.status != 200:
                raise Failed(f"{self.name}: {reply.status} for {url}")
            return str(reply.url), text

    async def get(self, path: str) -> str:
        """Return the text of a page of the learner's own server."""
        return (await self.page(self.home + path))[1]

    def token(self, path: str) -> str:
        """Return the token against forged requests, which a page sets as a cookie."""
        cookies = [c for c in self.web.cookie_jar if c.key == "_xsrf" and c["path"] == path]
        return cookies[0].value

    async def start_kernel(self) -> str:
        """Start the kernel of the lesson; return its id."""
        session = {"path": self.lesson, "name": "", "type": "notebook"}
        session["kernel"] = {"name": "python3"}
        headers = {"X-XSRFToken": self.token(f"/user/{self.name}/")}
        url = f"{self.home}/api/sessions"
        async with self.web.post(url, json=session, headers=headers) as reply:
            if reply.status != 201:
                raise Failed(f"{self.name} has no kernel: {reply.status} {await reply.text()}")
            return (await reply.json())["kernel"]["id"]

    # The kernel.

    async def ask(self, kind: str, content: dict) -> list[dict]:
        """Send the kernel a message; return its replies, when it is done with it."""
        head = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self.name,
            "username": self.name,
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "version": "5.3",
        }
        message = {"header": head, "parent_header": {}, "metadata": {}, "content": content}
        await self.socket.send_json({**message, "channel": "shell", "buffers": []})
        replies, idle, replied = [], False, kind == "comm_msg"  # to which there is no reply
        while not (idle and replied):
            reply = await self.socket.receive()
            if reply.type is not aiohttp.WSMsgType.TEXT:
                raise Failed(f"The kernel of {self.name} left: {reply.type.name}")
            reply = json.loads(reply.data)
            if reply["parent_header"].get("msg_id") != head["msg_id"]:
                continue
            replies.append(reply)
            self.follow(reply)
            idle |= reply["content"].get("execution_state") == "idle"
            replied |= reply["channel"] == "shell"
        return replies

    def follow(self, reply: dict) -> None:
        """Keep what the views show."""
        content = reply["content"]
        data = content.get("data", {})
        state = data.get("state", {}) if reply["msg_type"] in ("comm_open", "comm_msg") else {}
        if "screen" in state:
            self.screens[content["comm_id"]] = state["screen"]
        if "notice" in state:
            self.notices[content["comm_id"]] = state["notice"]

    async def run_cells(self, notebook: dict) -> str:
        """Run every code cell; return the comm of the quiz."""
        quiz = ""
        for cell in notebook["cells"]:
            if cell["cell_type"] != "code":
                continue
            content = {"code": cell["source"], "silent": False, "store_history": True}
            for reply in await self.ask("execute_request", content):
                if reply["msg_type"] == "error":
                    raise Failed(f"{self.name}: {cell['source']!r}: {reply['content']['evalue']}")
                view = reply["content"].get("data", {}).get(WIDGET)
                if view and ".quiz(" in cell["source"]:
                    quiz = view["model_id"]
        if not quiz:
            raise Failed(f"{self.lesson} shows no quiz.")
        return quiz

    async def answer_quiz(self, quiz: str) -> None:
        """Begin the quiz and answer each of its questions."""

        async def do(**message: object) -> dict:
            content = {"method": "custom", "content": message}
            await self.ask("comm_msg", {"comm_id": quiz, "data": content})
            said = self.notices.get(quiz, {})
            if said.get("complaint") or said.get("warning"):
                raise Failed(f"{self.name}: {said}")
            return self.screens[quiz]

        with self.step("begin the quiz"):
            screen = await do(do="begin")
        while question := screen.get("ask"):
            if len(self.sent) == QUESTIONS:
                raise Failed(f"{self.name} is asked more than {QUESTIONS} questions.")
            response = self.respond(question)
            sure = self.chance.choice(["sure", "unsure", "guess", ""])
            with self.step("answer a question"):
                await do(do="answer", item=question["id"], response=response, confidence=sure)
            self.sent.append((question["id"], response, sure))
            screen = await do(do="next")
        if not self.sent:
            raise Failed(f"{self.name} was asked nothing: {screen}")

    def respond(self, question: dict) -> object:
        """Return an answer to a question, right or wrong."""
        places = [choice["place"] for choice in question["choices"]]
        if question["kind"] in ("one", "spot"):
            return self.chance.choice(places)
        if question["kind"] == "many":
            return sorted(self.chance.sample(places, self.chance.randint(1, len(places))))
        if question["kind"] == "order":
            return self.chance.sample(places, len(places))
        if question["kind"] == "number":
            return str(self.chance.randint(1, 99))
        return f"{self.name} {len(self.sent)}"

    async def compare_record(self) -> None:
        """Raise Failed unless the record holds what this learner answered, and nothing else."""
        query = "?type=file&format=text"
        record = json.loads(await self.get(f"/api/contents/codeedu-progress.jsonl{query}"))
        lines = [json.loads(line) for line in record["content"].splitlines()]
        kept = [(line["item"], line["answer"], line["confidence"]) for line in lines]
        if kept != self.sent:
            raise Failed(f"The record of {self.name} has {kept}, and these were sent: {self.sent}")


# The whole class.


@contextmanager
def hub(config: Path, wait: float):
    """Run a hub in a folder of its own; stop it, and whatever it started, at the end."""
    folder = Path(tempfile.mkdtemp(prefix="codeedu-hub-"))
    environment = {**os.environ, "CODEEDU_HUB_TEST": str(folder / "homes")}
    # The commands of this environment come first, among them those of the learners' servers.
    environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    with open(folder / "hub.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", str(config)],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    known = psutil.Process(process.pid)
    try:
        yield known, folder / "hub.log"
    finally:
        started = known.children(recursive=True) if known.is_running() else []
        process.terminate()  # the hub stops its proxy and the servers of its learners
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
        for left in started:
            if left.is_running():
                left.kill()
        shutil.rmtree(folder, ignore_errors=True)


async def answering(process: psutil.Process, log: Path) -> None:
    """Wait until the hub answers; raise Failed when it stops instead."""
    async with aiohttp.ClientSession() as web:
        for _ in range(120):
            try:
                async with web.get(f"{HUB}/hub/api/") as reply:
                    if reply.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                break
            await asyncio.sleep(0.5)
    raise Failed(f"The hub does not answer:\n{log.read_text()[-2000:]}")


def cost(process: psutil.Process) -> dict[str, list[tuple[float, float]]]:
    """Return MB of memory (PSS) and seconds of a core, for each process by what it does.

    PSS shares out the memory that processes have in common; the sum is what is really used.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    for part in [process, *process.children(recursive=True)]:
        try:
            command = " ".join(part.cmdline())
            used = part.cpu_times()
            memory = part.memory_full_info().pss / 2**20
        except psutil.NoSuchProcess:  # it has just ended
            continue
        names = {"ipykernel_launcher": "kernel", "singleuser": "server", "http-proxy": "proxy"}
        name = next((name for sign, name in names.items() if sign in command), "hub")
        seconds = used.user + used.system
        if name == "hub":  # and what it ran and saw end: the preparing of homes
            seconds += used.children_user + used.children_system
        found.setdefault(name, []).append((memory, seconds))
    return found


async def run(learners: list[Learner], spread: float, minutes: float, config: Path) -> bool:
    """Let all learn and print the report; return whether nothing went wrong."""
    with hub(config, wait=60) as (process, log):
        await answering(process, log)
        begun = time.monotonic()
        until = asyncio.get_running_loop().time() + minutes * 60

        async def arrive(place: int, learner: Learner) -> None:
            await asyncio.sleep(spread * place / len(learners))
            await learner.learn(until)

        tasks = [arrive(place, learner) for place, learner in enumerate(learners)]
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        took = time.monotonic() - begun
        costs = cost(process)
        problems = [f"{one.name}: {end!r}" for one, end in zip(learners, ends, strict=True) if end]
        if problems:
            print(*problems, log.read_text()[-2000:], sep="\n", file=sys.stderr)
    if not problems:
        report(learners, costs, took)
    return not problems


def report(learners: list[Learner], costs: dict, took: float) -> None:
    """Print what was measured."""
    steps: dict[str, list[float]] = {}
    for learner in learners:
        for name, seconds in learner.seconds:
            steps.setdefault(name, []).append(seconds)
    answers = sum(len(learner.sent) for learner in learners)
    print(f"\n{len(learners)} learners, {answers} answers, {took:.0f} s, {os.cpu_count()} cores\n")
    print(f"{'step':<20}{'times':>7}{'median s':>10}{'max s':>8}")
    for name, seconds in steps.items():
        middle, most = statistics.median(seconds), max(seconds)
        print(f"{name:<20}{len(seconds):>7}{middle:>10.2f}{most:>8.2f}")
    slowest, name = max((max(seconds), name) for name, seconds in steps.items())
    print(f"\nThe slowest step: {name}, {slowest:.1f} s.\n")
    print(f"{'process':<20}{'count':>7}{'MB each':>10}{'MB':>8}{'core s each':>14}")
    for name, used in sorted(costs.items()):
        memory, cores = zip(*used, strict=True)
        middle, whole = statistics.median(memory), sum(memory)
        print(
            f"{name:<20}{len(used):>7}{middle:>10.0f}{whole:>8.0f}{statistics.mean(cores):>14.1f}"
        )
    own = sum(memory for name in ("server", "kernel") for memory, _ in costs.get(name, []))
    every = sum(seconds for used in costs.values() for _, seconds in used)
    share, seconds = own / len(learners), every / len(learners)
    print(f"\nPer learner: {share:.0f} MB, {seconds:.1f} s of a core with the hub's part.")


def main() -> int:
    """Read the command line; return 0 if every learner learned and every record is right."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--learners", type=int, default=20, help=f"1 to {MOST} (default 20)")
    options.add_argument("--spread", type=float, default=60, help="seconds over which they arrive")
    options.add_argument("--minutes", type=float, default=8, help="after which all is stopped")
    options.add_argument("--lesson", default="01-what-is-hcpcs.ipynb", help="a lesson with a quiz")
    options.add_argument("--config", type=Path, default=HERE / "jupyterhub_config.py")
    given = options.parse_args()
    if not 1 <= given.learners <= MOST:
        options.error(f"--learners is a number from 1 to {MOST}.")
    learners = [Learner(number, given.lesson) for number in range(1, given.learners + 1)]
    minutes = min(given.minutes, 30)
    try:
        well = asyncio.run(run(learners, given.spread, minutes, given.config.resolve()))
    except Failed as problem:
        print(problem, file=sys.stderr)
        return 1
    print("Every record holds its learner's answers only." if well else "Something went wrong.")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
