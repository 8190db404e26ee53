"""`python -m contrastive_tutorial` is the command contrastive-tutorial: so torchrun can start it in several processes."""
import sys
from .cli import main

if __name__ == '__main__': sys.exit(main())
