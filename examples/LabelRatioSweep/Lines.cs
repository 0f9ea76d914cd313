using System.Diagnostics;
using System.Globalization;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace RatioSweep;

/// <summary>Progress as lines for logs, one in a while.</summary>
internal sealed class Lines
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private long _last = Stopwatch.GetTimestamp();

    public IProgress<SearchProgress> Search => new Told<SearchProgress>(p =>
        Say(p.Step == p.Steps && p.Epoch == p.Epochs, $"search: {Words(p.Epoch, p.Epochs, p.Loss, p.Elapsed, p.Remaining)}"));

    public IProgress<PretrainProgress> Pretrain => new Told<PretrainProgress>(p =>
        Say(p.Step == p.Steps && p.Epoch == p.Epochs, $"pre-training: {Words(p.Epoch, p.Epochs, p.Loss, p.Elapsed, p.Remaining)}"));

    public IProgress<FineTuneProgress> FineTune => new Told<FineTuneProgress>(p => Say(
        false, $"  run {p.Run}/{p.Runs}, {Words(p.Epoch, p.Epochs, p.Loss, p.Elapsed, p.Remaining)}"));

    private void Say(bool always, string line)
    {
        if (!always && Stopwatch.GetElapsedTime(_last) < Pause) return;
        _last = Stopwatch.GetTimestamp();
        Console.WriteLine(line);
    }

    private static string Words(int epoch, int epochs, double loss, TimeSpan elapsed, TimeSpan remaining) => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {epoch}/{epochs}, loss {loss:F3}, {Clock.Of(elapsed)} gone, {Clock.Of(remaining)} left");
}
