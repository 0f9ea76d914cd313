namespace SswpNas.MLNet.Messages;

/// <summary>How far slow work on images is: a line now and then, none for what is quick.</summary>
internal sealed class Pace(string did, long? images)
{
    private static readonly TimeSpan _between = TimeSpan.FromSeconds(5);

    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _next = _between;

    /// <summary>A line where the last one is some time ago, else null.</summary>
    public string? Line(long done)
    {
        TimeSpan passed = Stopwatch.GetElapsedTime(_start);
        if (passed < _next) return null;
        _next = passed + _between;
        string all = images is long count ? string.Create(CultureInfo.InvariantCulture, $" of {count}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{did} {done}{all} images in {passed.TotalSeconds:F0} s.");
    }
}
