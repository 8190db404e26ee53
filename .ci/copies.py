"A copy of the project, to be changed and tried out."
import shutil, subprocess
from pathlib import Path

top = Path(__file__).resolve().parent.parent


def tracked():
    "The files that git knows, and new ones that it does not ignore, as names relative to the project."
    done = subprocess.run(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], cwd=top, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split('\0') if (top/name).is_file()]


def copy_project(to):
    "Copy what a checkout would hold, as it is now, into a folder."
    for name in tracked():
        (to/name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(top/name, to/name)
