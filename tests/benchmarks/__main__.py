"""All benchmarks, one after the other: `make bench`."""

from tests.benchmarks import engine_breadth, engine_speed, importing_speed, page_speed, sweep_speed

if __name__ == "__main__":
    print("## The engine\n", flush=True)
    engine_speed.main()
    print("\n## The engine's breadth\n", flush=True)
    engine_breadth.main()
    print("\n## Own datasets\n", flush=True)
    importing_speed.main()
    print("\n## Sweeps\n", flush=True)
    sweep_speed.main()
    print("\n## The page\n", flush=True)
    page_speed.main()
