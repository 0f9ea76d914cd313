using System.Globalization;
using Spectre.Console;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Ablations;

/// <summary>Where a run says how far it is: a bar on a terminal, lines where output is redirected.</summary>
internal interface IDisplay
{
    /// <summary>A row with one seed begins.</summary>
    /// <param name="words">Which.</param>
    /// <param name="done">Rows that are done, those of every seed counted.</param>
    /// <param name="all">Rows of the table, times its seeds.</param>
    void Begin(string words, int done, int all);

    void Say(string line);

    /// <summary>What the row is at, and how far in it, 0 to 1.</summary>
    void At(string work, double part, double loss, TimeSpan remaining);
}

internal static class Display
{
    public static void Show(Action<IDisplay> work) => Show(display =>
    {
        work(display);
        return true;
    });

    public static T Show<T>(Func<IDisplay, T> work)
    {
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive) return work(new LineDisplay());
        return AnsiConsole.Progress()
            .Columns(
                new ProgressBarColumn { Width = 20 }, new PercentageColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new BarDisplay(context)));
    }

    public static IProgress<SearchProgress> Search(this IDisplay display) => new Told<SearchProgress>(p =>
        display.At("search", Part(p.Epoch, p.Epochs, p.Step, p.Steps), p.Loss, p.Remaining));

    public static IProgress<PretrainProgress> Pretraining(this IDisplay display) => new Told<PretrainProgress>(p =>
        display.At("pre-training", Part(p.Epoch, p.Epochs, p.Step, p.Steps), p.Loss, p.Remaining));

    public static IProgress<FineTuneProgress> Training(this IDisplay display, string name) => new Told<FineTuneProgress>(p =>
        display.At(name, Part(p.Epoch, p.Epochs, 1, 1), p.Loss, p.Remaining));

    private static double Part(int epoch, int epochs, int step, int steps) => (epoch - 1 + ((double)step / steps)) / epochs;
}

/// <summary>A line for every quarter of a search or a training.</summary>
internal sealed class LineDisplay : IDisplay
{
    private string _row = "";
    private (string Work, int Quarter) _last;

    public void Begin(string words, int done, int all) => (_row, _last) = ($"[{done + 1}/{all}] {words}", default);

    public void Say(string line) => Console.WriteLine(line);

    public void At(string work, double part, double loss, TimeSpan remaining)
    {
        (string Work, int Quarter) now = (work, (int)(4 * part));
        if (now == _last) return;
        _last = now;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_row}: {work} {100 * part:F0} %, loss {loss:F3}"));
    }
}

/// <summary>A bar for the table.</summary>
internal sealed class BarDisplay : IDisplay
{
    private readonly ProgressTask _task;
    private string _row = "";

    public BarDisplay(ProgressContext context) => _task = context.AddTask("table", maxValue: 1);

    public void Begin(string words, int done, int all)
    {
        _row = words;
        (_task.MaxValue, _task.Value) = (all, done);
        _task.Description = Markup.Escape(words);
    }

    public void Say(string line) => AnsiConsole.WriteLine(line);

    public void At(string work, double part, double loss, TimeSpan remaining) =>
        _task.Description = Markup.Escape(string.Create(
            CultureInfo.InvariantCulture, $"{_row}: {work} {100 * part:F0} %, loss {loss:F2}, {remaining:h\\:mm\\:ss} left"));
}
