"""A JupyterHub for one class: the course is shared and read-only, each learner's work is private.

Start it as root on a machine where each learner has an account: the hub then runs each
learner's server under that learner's account. docs/hub.md goes through it step by step.
"""

import asyncio
import os
import pwd
import sys
from pathlib import Path

import codeedu

c = get_config()  # noqa: F821

HERE = Path(__file__).resolve().parent
ROOM = Path(codeedu.__file__).parent / "lab"  # JupyterLab as a classroom
CLASS = "codeedu"  # the group of the accounts that may sign in
MEMORY = "1G"  # for one learner
PREPARING = 120  # seconds to copy the lessons of one learner, in a wave of many
IDLE = 2 * 60 * 60  # seconds: longer than any lesson, since someone who reads is idle too

# For tests only: a folder for the homes of learners who are not accounts.
TEST = os.environ.get("CODEEDU_HUB_TEST")

# Nothing outside this machine reaches the hub directly: a web server with HTTPS stands in front.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"

if TEST:
    # Whoever comes is let in without a password, and all run under one account, so that any
    # learner can read another's files. Never use this for a class, nor beyond 127.0.0.1.
    c.JupyterHub.authenticator_class = "dummy"
    c.Authenticator.allow_all = True
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = f"{TEST}/{{username}}"
else:
    # The passwords of the machine. A school replaces this line by its own sign-in.
    c.JupyterHub.authenticator_class = "pam"
    c.LocalAuthenticator.allowed_groups = {CLASS}


def home(spawner):
    """Return the home of a learner."""
    name = spawner.user.name
    return f"{TEST}/{name}" if TEST else pwd.getpwnam(name).pw_dir


async def prepare(spawner):
    """Prepare the home of a learner, under the learner's own account.

    As root, the hub must not write where a learner can: a link in the home could lead anywhere.
    """
    account = {}
    if not TEST:
        user = pwd.getpwnam(spawner.user.name)
        account = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    place = home(spawner)
    # Isolated (-I), because what learners install for themselves must not run here, and limited,
    # because a home may be slow or full: the server then starts with the lessons that are there.
    command = (sys.executable, "-I", str(HERE / "prepare.py"), place)
    process = await asyncio.create_subprocess_exec(*command, env={"HOME": place}, **account)
    try:
        failed = await asyncio.wait_for(process.wait(), PREPARING)
    except TimeoutError:
        process.kill()
        failed = await process.wait()
    if failed:
        spawner.log.warning("The lessons of %s were not prepared.", spawner.user.name)


c.Spawner.pre_spawn_hook = prepare
c.Spawner.notebook_dir = "~/course"
c.Spawner.default_url = "/lab/tree/00-start-here.ipynb"
c.Spawner.environment = {
    "CODEEDU_PROGRESS": "~/course/codeedu-progress.jsonl",  # each in their own home
    "JUPYTERLAB_WORKSPACES_DIR": lambda spawner: f"{home(spawner)}/course/.codeedu/workspaces",
    "JUPYTER_RUNTIME_DIR": lambda spawner: f"{home(spawner)}/.run",  # a socket needs a short path
}
# Kernels talk through sockets in the home, which nobody else may open; ports would be open to all
# accounts of the machine. And a learner's own settings cannot take any of this back.
c.Spawner.disable_user_config = True
c.Spawner.mem_limit = MEMORY  # enforced by SystemdSpawner, DockerSpawner and KubeSpawner only

c.Spawner.args = [
    "--KernelManager.transport=ipc",
    # What nobody uses makes room: first the kernel, then the server. Answers and lessons are saved.
    f"--MappingKernelManager.cull_idle_timeout={IDLE}",
    "--MappingKernelManager.cull_connected=True",
    f"--ServerApp.shutdown_no_activity_timeout={IDLE}",
    # JupyterLab as a classroom: nothing that asks the network, such as its news or extensions.
    "--ServerApp.contents_manager_class=codeedu.lab.classroom.Contents",
    f"--LabApp.app_settings_dir={ROOM / 'settings'}",
    f"--LabApp.extra_labextensions_path={ROOM / 'labextensions'}",
    "--LabApp.extension_manager=readonly",
]
if TEST and os.geteuid() == 0:  # in a container, one is often root
    c.Spawner.args.append("--allow-root")

# A whole class may arrive in the same minute, on few cores.
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
