"Run the benchmarks of nbs/26_speed.ipynb, and print their table; with the argument cuda, on a GPU."
import os, subprocess, sys
from pathlib import Path
from readme import benchmark_table

top, bin = Path(__file__).resolve().parent.parent, Path(sys.executable).parent
device = sys.argv[1] if len(sys.argv) > 1 else 'cpu'
subprocess.run([bin/'python', top/'.ci'/'notebooks.py', '26_speed'], check=True, env=os.environ | dict(BENCH_DEVICE=device))
print('\n' + benchmark_table(top/'nbs'))
