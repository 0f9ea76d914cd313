using System.Globalization;

namespace SswpNas.MLNet.Examples;

/// <summary>Durations for people.</summary>
internal static class Clock
{
    public static string Of(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}")
        : string.Create(CultureInfo.InvariantCulture, $"{time:m\\:ss}");
}
