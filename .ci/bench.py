"Run the benchmarks of nbs/26_speed.ipynb, and print their table; with the argument cuda, on a GPU."
import os, shutil, subprocess, sys, tempfile
from pathlib import Path
from copies import copy_project, top
from readme import benchmark_table

device, bin = sys.argv[1] if len(sys.argv) > 1 else 'cpu', Path(sys.executable).parent
with tempfile.TemporaryDirectory() as home:
    place = top
    if device != 'cpu': place = Path(home).resolve(); copy_project(place)  # the saved notebook keeps the figures of the CPU
    env = os.environ | dict(BENCH_DEVICE=device, PYTHONPATH=str(place))
    subprocess.run([bin/'python', place/'.ci'/'notebooks.py', '26_speed'], check=True, env=env)
    if place != top: shutil.copy2(place/'nbs'/f'benchmarks_{device}.json', top/'nbs')
subprocess.run([bin/'python', top/'.ci'/'readme.py'], check=True)
print('\n' + benchmark_table(top/'nbs'))
