"Plant one bug at a time in the package, and see whether the tests of its notebook notice: prints those that survive."
import json, os, shutil, subprocess, sys, tempfile, threading, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from copies import copy_project, top, tracked

bin = Path(sys.executable).parent
MORE = ['tests/test_wiring', 'tests/test_data', 'tests/test_properties', 'tests/test_trust', 'tests/test_devices', 'tests/test_commands', 'tests/test_numerics']  # for what its own notebook lets pass
BUGS = {  # notebook: (what the code says, what the bug makes of it)
    '00_data': [
        ("clamp_min(1/255)", "clamp_min(0)"),
        ("((value - mean[:, None])**2 * p).sum(1).sqrt()", "((value - mean[:, None])**2 * p).sum(1)"),
        ("rows[torch.randperm(len(rows), generator=g)[:per_class]]", "rows[:per_class]"),
        ("order[:n - n % batch_size].split(batch_size)", "order.split(batch_size)"),
        ("order = torch.randperm(n, generator=generator)", "order = torch.arange(n)"),
        ("stratify=y.numpy()", "stratify=None"),
        ("        os.replace(name, path)", "        path.write_bytes(Path(name).read_bytes())"),
        ("        Path(name).unlink(missing_ok=True)", "        pass"),
        ("|{now.st_ctime_ns}", ""),
        ("formats=_FORMATS", "formats=None"),
        ("not any(_opens(folder/name) for name in notes['locked'])", "True"),
        ("images[train if split == 'train' else test]", "images[train if split == 'train' else train[:500]]"),
        ("test=(1000, 32, 1)", "test=(4000, 32, 0)"),
        ("torch.from_numpy(x).permute(0, 3, 1, 2).contiguous()", "torch.from_numpy(x).permute(0, 3, 2, 1).contiguous()"),
    ],
    '01_augmentation': [
        ("tent.div_(tent.sum(2, keepdim=True))", "tent"),
        ("wide = step.clamp(min=1) ", "wide = step "),
        ("+ .5)*step ", ")*step "),
        ("(place < length[:, None])", "(place <= length[:, None] + 1)"),
        ("area = height*width*(scale[0] + (scale[1] - scale[0])*uniform(n, 10))", "area = height*width*scale[1]*uniform(n, 10)"),
        ("torch.exp(math.log(ratio[0]) + math.log(ratio[1]/ratio[0])*uniform(n, 10))", "(ratio[0] + (ratio[1] - ratio[0])*uniform(n, 10))"),
        ("(uniform(n)*(height - h + 1)).floor()", "(uniform(n)*(height - h)).floor()"),
        ("torch.lerp(x, x.flip(-1), _per_image(flip, x))", "torch.lerp(x, x.flip(-2), _per_image(flip, x))"),
        ("r - g + 4*chroma", "r - g + 2*chroma"),
        ("for contrast in (k*eye, mix(k))", "for contrast in (k*eye, k*eye)"),
        ("fourth @ third @ second @ first", "first @ second @ third @ fourth"),
        ("places > turn)", "places >= 0)"),
        ("mode='reflect'", "mode='replicate'"),
        ("(w/(2*w.sum(0) - 1))", "w"),
        ("shifted(-i) + shifted(i)", "2*shifted(i)"),
        ("cos - slant*sin", "cos + slant*sin"),
        ("-sin*width/h", "sin*width/h"),
        ("(2*left + width)/w - 1", "2*left/w - 1"),
        ("finer = math.ceil(max(h/rows, w/columns))", "finer = 1"),
        ("draws['sigma'][on]", "draws['sigma'][:len(x[on])]"),
        ("b*(1 - k)*x.mean", "(1 - k)*x.mean"),
        ("torch.lerp(x.mean((2, 3), keepdim=True), x, seen)", "x*seen"),
        ("torch.randn(x.shape, generator=generator", "torch.rand(x.shape, generator=generator"),
        ("brightness=1 + around(self.brightness, on)", "brightness=1 + around(self.brightness)"),
        ("augment(torch.cat([x, x]), generator).chunk(2)", "(augment(x, generator),)*2"),
        ("'digits': Augment(crop=(.4, 1.),", "'digits': Augment(flip=.5, crop=(.4, 1.),"),
        ("saturation=1 + around(self.saturation, on)", "saturation=1 + around(self.saturation)"),
    ],
    '04_nt_xent': [
        (".fill_diagonal_(-math.inf)  #", "  #"),
        ("partner = torch.arange(2*n, device=z1.device).roll(n)", "partner = torch.arange(2*n, device=z1.device).roll(1)"),
        ("return z @ z.T/temperature", "return z @ z.T*temperature"),
        ("return F.cross_entropy(logits, partner)", "return F.cross_entropy(logits, partner, reduction='sum')/n"),
        ("check_temperature(temperature) < .02", "check_temperature(temperature) < .002"),
        ("divided = z/(temperature*math.log(2))", "divided = z/temperature"),
        ("if i == j: e.fill_diagonal_(0)", "pass"),
        ("if i != j: total[j] += e.sum(0)", "pass"),
        ("(1/total[i, None] + 1/total[j])", "(2/total[i, None] + 0*total[j])"),
        ("out = -2*z.roll(len(z)//2, 0)", "out = -z.roll(len(z)//2, 0)"),
        ("math.log(strangers + 1)", "math.log(strangers)"),
    ],
    '06_training': [
        ("dynamic=False", "dynamic=None"),
        ("scaler.step(optimizer)", "optimizer.step()"),
        ("for v in method.state_dict().values())", "for v in method.parameters())"),
        ("return config.lr*(step + 1)/warm", "return config.lr*step/warm"),
        (".5*(1 + math.cos(math.pi*(step - warm)/max(1, steps - warm)))", ".5*(1 + math.cos(math.pi*step/steps))"),
        ("config.weight_decay if p.ndim > 1 else 0.", "config.weight_decay"),
        ("group['lr'] = lr*group['scale']", "group['lr'] = lr"),
        ("max(0, done - first), None)", "0, None)"),
        ("range(done - done % together, ", "range(done, "),
        ("SeedSequence([config.seed, rank, epoch, first])", "SeedSequence([config.seed, rank, epoch])"),
        ("SeedSequence([config.seed, rank, epoch, first])", "SeedSequence([config.seed, epoch, first])"),
        ("config.seed*1_000_003 + epoch", "config.seed*1_000_003"),
        ("optimizer.zero_grad(set_to_none=True)", "pass"),
        ("                method.after_step()\n", ""),
        ("optimizer.load_state_dict(state['optimizer'])", "pass"),
        ("if hashlib.sha256(content).digest() != checksum:", "if False:"),
        ("weights_only=True", "weights_only=False"),
        ("if not math.isfinite(loss):", "if False:"),
        ("return encoder.eval()", "return encoder.train()"),
        ("if state.get('scaler'): scaler.load_state_dict(state['scaler'])", "pass"),
        ("if healthy(): save()", "if True: save()"),
        ("total.where(healthy(), math.nan)", "total"),
        ("time.monotonic() - clock > _SAVE_EVERY", "False"),
        ("if isinstance(value, np.generic): return value.item()", "pass"),
        ("learning_rate(place, config.epochs*per_epoch, config)", "learning_rate(place % per_epoch, per_epoch, config)"),
        ("math.nan)).item()/per_epoch", "math.nan)).item()/max(1, per_epoch - 1)"),
        ("        kept, clock = place, time.monotonic()\n    def healthy", "        kept = place\n    def healthy"),
        ("'cuda' if torch.cuda.is_available() else 'mps' if", "'cpu' if True else 'mps' if"),
        ("memory_format=torch.channels_last).train()", "memory_format=torch.channels_last)"),
    ],
    '07_linear_evaluation': [
        ("    module.eval()\n", ""),
        ("if changed: raise", "if False: raise"),
        ("F.normalize(part.float(), dim=1) @ bank.T", "part.float() @ bank.T"),
        ("weight = ((similarity.float() - similarity[:, :1])/temperature).exp()", "weight = torch.ones_like(similarity.float())"),
        ("penalty*weights, error.sum(1", "0*weights, error.sum(1"),
        ("(classes - 1)/classes**2", "1e-9"),
        ("(logits(a[held], *path[l2]).argmax(1) == y[held])", "(logits(a[fit], *path[l2]).argmax(1) == y[fit])"),
        ("self.basis.T @ start[0]", "0*(self.basis.T @ start[0])"),
        ("rows[asked:asked + bank]", "rows[:asked + bank]"),
        ("square().mul(-2).exp()", "square().mul(-1).exp()"),
        ("p = s/s.sum()", "p = s.square()/s.square().sum()"),
        ("- F.normalize(z2, dim=1)).square().sum(1).mean()", "- F.normalize(z2, dim=1)).square().mean()"),
        ("label_subset(y, count, seed*1000 + d)", "label_subset(y, count, seed*1000)"),
        ("train(method, train_images[rows], augment", "train(method, train_images, augment"),
        ("create_encoder(**encoder, seed=seed + draw)", "create_encoder(**encoder, seed=seed)"),
        ("steps*(2 if len(rows) == len(train_images) else 1)", "steps"),
        ("scales = _scales(h_train)  ", "scales = _scales(h_test)  "),
        ("dict(alignment=alignment(z1, z2)", "dict(alignment=alignment(z1, z1)"),
        ("rank=effective_rank(h)", "rank=effective_rank(z1)"),
    ],
    '09_pipeline': [
        (".get('config', {}).get('seed', 0)", ".get('config', {}).get('nothing', 0)"),
        ("KeepBest(out/'best.pt', run_settings(model, images, r.augment, r.train))", "KeepBest(out/'best.pt')"),
        ("torch.randperm(len(job['test']), generator=torch.Generator().manual_seed(0))", "torch.arange(len(job['test']))"),
        ("for name in _FILES if", "for name in _FILES[:1] if"),
        ("knn=knn_accuracy(a, y, b, y_test))\n              for", "knn=knn_accuracy(a, y, a, y))\n              for"),
        ("label_efficiency(a, y, b, y_test,", "label_efficiency(a, y, a, y,"),
        ("balanced_scores(probe_logits(a, y, b)[0], y_test)", "balanced_scores(probe_logits(a, y, a)[0], y)"),
        ("untrained = create_encoder(**encoder.config, seed=seed)", "untrained = (lambda **_: encoder)(**encoder.config, seed=seed)"),
        ("train(model, images, r.augment", "train(model, train_images, r.augment"),
        ("channel_statistics(images.x)", "channel_statistics(images.x[:1])"),
        ("plan.size if size is None else size, plan.channels if channels is None else channels", "plan.size, plan.channels"),
        ("tuple(load_images(str(data), split, root)", "tuple(load_images(str(data), split)"),
        ("seed, draws, supervised)\n    if out is not None", "seed, draws, 0)\n    if out is not None"),
        ("device, checkpoint, resume, compile)", "device, checkpoint, resume)"),
        ("levels(r.train.batch_size), before)", "levels(r.train.batch_size))"),
        ("'h, untrained': extract_features(untrained,", "'h, untrained': extract_features(method.encoder,"),
    ],
    '10_moco': [
        ("slow.lerp_(fast, 1 - momentum)", "slow.lerp_(fast, momentum)"),
        ("queue[rows] = F.normalize(k.to(queue.dtype), dim=1)", "queue[rows] = k.to(queue.dtype)"),
        ("pointer.copy_((pointer + len(k)) % len(queue))", "pass"),
        ("for v in (v2, v1)]", "for v in (v1, v2)]"),
        ("return z[order.argsort()]", "return z"),
        ("self.parts, deal=True)", "self.parts)"),
    ],
    '11_byol': [
        ("z = self.target(torch.cat([v2, v1]))", "z = self.target(torch.cat([v1, v2]))"),
        ("return 2 - 2*F.cosine_similarity", "return 1 - F.cosine_similarity"),
    ],
    '12_supcon': [
        ("partner = (y[:, None] == y) & ~own", "partner = (y[:, None] == y)"),
        ("(logits*partner).sum(1)/partner.sum(1)", "(logits*partner).sum(1)/(2*n)"),
    ],
    '13_dcl': [("masked_fill(same_image, -math.inf)", "masked_fill(torch.eye(2*n, dtype=torch.bool, device=z1.device), -math.inf)")],
    '14_barlow_twins': [
        ("z1.T @ z2/len(z1)", "z1.T @ z2/(len(z1) - 1)"),
        ("redundancy*c.square().fill_diagonal_(0).sum()", "redundancy*c.square().sum()"),
    ],
    '15_vicreg': [
        ("z.T @ z/(len(z) - 1)", "z.T @ z/len(z)"),
        (".relu().mean() for c in covs)/2", ".mean() for c in covs)/2"),
    ],
    '20_recipes': [
        ("method_row(recipe.method).settings(config.batch_size) | ", ""),
    ],
    '17_transfer': [
        ("augment, seed=seed + draw, **settings)", "augment, seed=seed, **settings)"),
    ],
    '22_estimator': [
        ("config = replace(recipe.train, precision=self.precision)", "config = recipe.train"),
        ("self.temperature, self.epochs, self.batch_size, self.lr)", "self.temperature, self.epochs, self.batch_size)"),
    ],
    '23_cli': [
        ('done = getattr(pipeline, command)(**given)', "done = getattr(pipeline, command)(**{k: v for k, v in given.items() if k != 'compile'})"),
        ('done = getattr(pipeline, command)(**given)', "done = getattr(pipeline, command)(**{k: v for k, v in given.items() if k != 'root'})"),
    ],
    '25_distributed': [
        ("nn.BatchNorm3d, nn.SyncBatchNorm, SharedBatchNorm)", "nn.BatchNorm3d, nn.SyncBatchNorm, SharedBatchNorm, type(layer))"),
        ("dist.all_reduce(gradient)", "pass"),
        ("return gradient.chunk(count)[rank]", "return gradient.chunk(count)[0]"),
    ],
}


def cell_of(notebook, name, old):
    "The exported cell that holds a text; an AssertionError if it does not occur exactly once."
    cells = [c for c in notebook['cells'] if ''.join(c['source']).startswith('#| export') and old in ''.join(c['source'])]
    found = sum(''.join(c['source']).count(old) for c in cells)
    assert found == 1, f'{name}: {old!r} must occur once in the exported cells, not {found} times. Change it in .ci/mutants.py.'
    return cells[0]


def plant(copy, name, old, new):
    "Change a cell that is exported, in a copy of the project."
    path = copy/'nbs'/f'{name}.ipynb'
    notebook = json.loads(path.read_text(encoding='utf-8'))
    cell = cell_of(notebook, name, old)
    cell['source'] = ''.join(cell['source']).replace(old, new)
    path.write_text(json.dumps(notebook), encoding='utf-8')


def killed(copy, names, env):
    "The first of some notebooks whose test fails, or ''."
    for name in names:
        try: done = subprocess.run(['nbdev_test', '--path', f'nbs/{name}.ipynb', '--n_workers', '0'], cwd=copy, env=env | dict(IN_TEST='1'), capture_output=True, stdin=subprocess.DEVNULL, timeout=1200)
        except subprocess.TimeoutExpired: return name
        if done.returncode: return name
    return ''


def main(names):
    "Print what becomes of each bug, after seeing that without bugs nothing fails; 1 if more than a tenth survives."
    bugs = [(name, old, new) for name, pairs in BUGS.items() if not names or name in names for old, new in pairs]
    survivors, started, local = [], time.time(), threading.local()
    with tempfile.TemporaryDirectory() as home:
        def place():
            "A copy of the project for this thread, and the environment of its tests."
            if not hasattr(local, 'copy'): local.copy = Path(tempfile.mkdtemp(dir=home)); copy_project(local.copy)
            usual = {k: v for k, v in os.environ.items() if k != 'IN_TEST'}        # with it, nbdev_export would do nothing
            return local.copy, usual | dict(PATH=f'{bin}{os.pathsep}{os.environ["PATH"]}', PYTHONPATH=str(local.copy), MPLBACKEND='Agg', OMP_NUM_THREADS='1', OPENBLAS_NUM_THREADS='1')
        def control(name): copy, env = place(); return killed(copy, [name], env)
        def judge(bug):
            copy, env = place()
            name, old, new = bug
            plant(copy, name, old, new)
            subprocess.run(['nbdev_export'], cwd=copy, env=env, check=True, capture_output=True)
            found = killed(copy, [name] + MORE, env)
            for f in [f'nbs/{name}.ipynb'] + [f for f in tracked() if f.startswith('contrastive_tutorial/')]: shutil.copy2(top/f, copy/f)
            return bug, found
        with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
            judges = list(dict.fromkeys(name for name, _, _ in bugs)) + MORE
            failing = [name for name in pool.map(control, judges) if name]
            if failing: print(f'without any bug, {", ".join(failing)} must pass, but fails'); return 1
            print(f'without any bug, all {len(judges)} notebooks that judge pass; {time.time() - started:.0f} s', flush=True)
            for (name, old, new), found in pool.map(judge, bugs):
                print(f'{"killed by " + found if found else "SURVIVES":40} {name}: {old.strip()}  ->  {new.strip() or "nothing"}', flush=True)
                if not found: survivors.append((name, old))
    print(f'{len(bugs) - len(survivors)} of {len(bugs)} bugs were noticed; {time.time() - started:.0f} s')
    return 1 if len(survivors) > .1*len(bugs) else 0


if __name__ == '__main__': sys.exit(main(sys.argv[1:]))
