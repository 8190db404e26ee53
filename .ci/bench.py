"Run the benchmarks of nbs/26_speed.ipynb alone on the machine, and print their table; with the argument cuda, on a GPU."
import json, os, subprocess, sys
from pathlib import Path

top, bin = Path(__file__).resolve().parent.parent, Path(sys.executable).parent
device = sys.argv[1] if len(sys.argv) > 1 else 'cpu'
subprocess.run([bin/'python', top/'.ci'/'notebooks.py', '26_speed'], check=True, env=os.environ | dict(BENCH_DEVICE=device))
found = json.loads((top/'nbs'/f'benchmarks_{device}.json').read_text(encoding='utf-8'))
print('\n' + ', '.join(map(str, found['about'].values())))
for m in found['marks']:
    reached = m['ratio'] >= m['mark'] if m['more'] else m['ratio'] <= m['mark']
    print(f"{m['what']:55} {m['ratio']:8.3g}  {'at least' if m['more'] else 'at most':8} {m['mark']:<7g} {'reached' if reached else 'MISSED'}")
