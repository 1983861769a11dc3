namespace CareerPlatform.Enrolment.Tests;

/// <summary>A clock whose timers fire when the test moves it.</summary>
public sealed class HandClock : TimeProvider
{
    private readonly List<HandTimer> timers = [];
    private TimeSpan now;

    /// <summary>Somebody waits for the clock.</summary>
    public int Waiting
    {
        get
        {
            lock (timers) return timers.Count;
        }
    }

    public void Advance(TimeSpan by)
    {
        List<HandTimer> due;
        lock (timers)
        {
            now += by;
            due = timers.FindAll(timer => timer.Due <= now);
            timers.RemoveAll(due.Contains);
        }
        foreach (var timer in due) timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (timers)
        {
            var timer = new HandTimer(() => callback(state), now + dueTime);
            if (dueTime != Timeout.InfiniteTimeSpan) timers.Add(timer);
            return timer;
        }
    }

    private sealed class HandTimer(Action fire, TimeSpan due) : ITimer
    {
        private bool ended;

        public TimeSpan Due { get; } = due;

        public void Fire()
        {
            if (!ended) fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => ended = true;

        public ValueTask DisposeAsync()
        {
            ended = true;
            return ValueTask.CompletedTask;
        }
    }
}
