"""python -m rlskit.cli"""

from rlskit.cli import main

if __name__ == "__main__":
    main()
