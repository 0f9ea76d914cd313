namespace SswpNas.MLNet.Tests;

/// <summary>Waits for what another process or a server does, which tells nobody when it is done.</summary>
internal static class Poll
{
    private static readonly TimeSpan _atMost = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    public static Task Until(Func<bool> isSo, string what) => Until(() => Task.FromResult(isSo()), what);

    /// <summary>Asks until it is so; fails after a minute with what was waited for.</summary>
    public static async Task Until(Func<Task<bool>> isSo, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(start) > _atMost) Assert.Fail($"Waited for {_atMost} in vain: {what}");
            await Task.Delay(_pause);
        }
    }
}
