"""The process that works through the queue of tasks: `python -m hiring.worker`."""

from hiring import create_app, tasks


def main() -> None:
    """Take one task after another until a signal comes; an idle queue is asked often."""
    queue = tasks.queue(create_app())
    queue.create_consumer(workers=1, initial_delay=0.05, max_delay=0.25).run()


if __name__ == "__main__":
    main()
