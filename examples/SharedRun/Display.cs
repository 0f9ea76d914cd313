using System.Globalization;
using Spectre.Console;

namespace SswpNas.MLNet.Examples;

/// <summary>Where a run says how far it is.</summary>
internal interface IDisplay
{
    IProgress<SearchProgress> Search { get; }

    IProgress<FineTuneProgress> FineTune(string name);

    void Say(string line);

    /// <summary>A line of the library's log, for those who want to know more.</summary>
    void Detail(string line);
}

/// <summary>How much a run says.</summary>
internal enum Verbosity
{
    /// <summary>The table of results only.</summary>
    Quiet,

    /// <summary>How far it is.</summary>
    Normal,

    /// <summary>What the library logs, too.</summary>
    Verbose,
}

/// <summary>Chooses the display and puts progress into words.</summary>
internal static class Display
{
    /// <summary>Runs work with bars on a terminal, with a line an epoch where output is redirected.</summary>
    /// <param name="verbosity">How much is said.</param>
    /// <param name="work">The work.</param>
    /// <param name="toError">Whether all of it goes to the standard error, because the standard output is for the results.</param>
    public static T Show<T>(Verbosity verbosity, Func<IDisplay, T> work, bool toError = false)
    {
        if (verbosity == Verbosity.Quiet) return work(new SilentDisplay());
        bool details = verbosity == Verbosity.Verbose;
        IAnsiConsole console = toError
            ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }) : AnsiConsole.Console;
        bool redirected = toError ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        if (redirected || !console.Profile.Capabilities.Interactive)
            return work(new LineDisplay(toError ? Console.Error : Console.Out, details));
        return console.Progress()
            .Columns(
                new ProgressBarColumn { Width = 20 }, new PercentageColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new BarDisplay(context, console, details)));
    }

    public static string Words(SearchProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Phase(p.Phase)} epoch {p.Epoch}/{p.Epochs}, loss {p.Loss:F3}, {Clock.Of(p.Elapsed)} gone, "
        + $"{Clock.Of(p.Remaining)} left");

    public static string Words(FineTuneProgress p)
    {
        string accuracy = p.ValidationAccuracy is double v
            ? string.Create(CultureInfo.InvariantCulture, $", validation {100 * v:F1} %")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"run {p.Run}/{p.Runs} (learning rate {p.LearningRate}) epoch {p.Epoch}/{p.Epochs}, loss {p.Loss:F3}"
            + $"{accuracy}, {Clock.Of(p.Elapsed)} gone, {Clock.Of(p.Remaining)} left");
    }

    /// <summary>The same in at most some 50 letters, to stand beside a bar.</summary>
    public static string FewWords(SearchProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Phase(p.Phase)} {p.Epoch}/{p.Epochs}, loss {p.Loss:F2}, {Clock.Of(p.Remaining)} left");

    public static string FewWords(FineTuneProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"rate {p.LearningRate}, {p.Epoch}/{p.Epochs}, loss {p.Loss:F2}, {Clock.Of(p.Remaining)} left");

    private static string Phase(SearchPhase phase) => phase switch
    {
        SearchPhase.WarmUp => "warm-up",
        SearchPhase.Search => "search",
        SearchPhase.Prune => "prune",
        _ => "settle",
    };
}

/// <summary>Nothing.</summary>
internal sealed class SilentDisplay : IDisplay
{
    public IProgress<SearchProgress> Search { get; } = new Told<SearchProgress>(_ => { });

    public IProgress<FineTuneProgress> FineTune(string name) => new Told<FineTuneProgress>(_ => { });

    public void Say(string line)
    {
    }

    public void Detail(string line)
    {
    }
}

/// <summary>A line for each epoch, for logs.</summary>
internal sealed class LineDisplay(TextWriter lines, bool details) : IDisplay
{
    public IProgress<SearchProgress> Search { get; } = new Told<SearchProgress>(p =>
    {
        if (p.Step == p.Steps) lines.WriteLine($"search: {Display.Words(p)}");
    });

    public IProgress<FineTuneProgress> FineTune(string name) =>
        new Told<FineTuneProgress>(p =>
            lines.WriteLine($"fine-tune {name}: {Display.Words(p)}"));

    public void Say(string line) => lines.WriteLine(line);

    public void Detail(string line)
    {
        if (details) lines.WriteLine(line);
    }
}

/// <summary>A bar for the search and one for each fine-tuning.</summary>
internal sealed class BarDisplay(ProgressContext context, IAnsiConsole console, bool details) : IDisplay
{
    public IProgress<SearchProgress> Search { get; } = Bar<SearchProgress>(
        context, "search", p => (p.Epoch - 1 + ((double)p.Step / p.Steps)) / p.Epochs, Display.FewWords);

    public IProgress<FineTuneProgress> FineTune(string name) => Bar<FineTuneProgress>(
        context, name,
        p => (p.Run - 1 + ((double)p.Epoch / p.Epochs)) / p.Runs, Display.FewWords);

    public void Say(string line) => console.WriteLine(line);

    public void Detail(string line)
    {
        if (details) console.WriteLine(line);
    }

    private static Told<T> Bar<T>(ProgressContext context, string name, Func<T, double> done, Func<T, string> words)
    {
        ProgressTask bar = context.AddTask(name, autoStart: false, maxValue: 1);
        return new Told<T>(p =>
        {
            if (!bar.IsStarted) bar.StartTask();
            bar.Value = done(p);
            bar.Description = $"{name}: {Markup.Escape(words(p))}";
        });
    }
}
