namespace SswpNas.MLNet.Examples;

/// <summary>What the one-page examples share: their arguments, their progress, and errors without a stack trace.</summary>
internal static class Page
{
    private const int BadUsage = 2;

    /// <summary>Progress of a search, a line every tenth epoch.</summary>
    public static IProgress<SearchProgress> Search { get; } = new Lines<SearchProgress>(p =>
        p.Step == p.Steps && p.Epoch % 10 == 0 ? $"search: epoch {p.Epoch} of {p.Epochs}, {Clock.Of(p.Remaining)} left" : null);

    /// <summary>Progress of a fine-tuning, a line every tenth epoch.</summary>
    public static IProgress<FineTuneProgress> FineTune { get; } = new Lines<FineTuneProgress>(p =>
        p.Epoch % 10 == 0 ? $"fine-tuning: run {p.Run} of {p.Runs}, epoch {p.Epoch} of {p.Epochs}, {Clock.Of(p.Remaining)} left" : null);

    /// <summary>
    /// Takes the arguments apart, --smoke from the others; from now on an error that nobody catches is its message on stderr
    /// and the exit code 1.
    /// </summary>
    /// <param name="args">The program's arguments. --help shows the usage and ends it; with other options, or too many arguments, it ends with exit code 2.</param>
    /// <param name="usage">The arguments in words.</param>
    /// <param name="most">How many there may be besides --smoke.</param>
    /// <returns>The arguments besides --smoke, and whether that was there.</returns>
    public static (string[] Arguments, bool Smoke) Begin(string[] args, string usage, int most)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            var problem = (Exception)e.ExceptionObject;
            Console.Error.WriteLine((problem as AggregateException)?.InnerException?.Message ?? problem.Message);
            Environment.Exit(1);
        };
        if (args.Contains("--help"))
        {
            Console.WriteLine($"Usage: {usage}");
            Environment.Exit(0);
        }

        string[] arguments = [.. args.Where(a => a != "--smoke")];
        string? problem = arguments.FirstOrDefault(a => a.StartsWith('-')) is string option ? $"There is no option '{option}'."
            : arguments.Length > most ? $"{arguments.Length} arguments came, at most {most} were expected." : null;
        if (problem is not null) Refuse($"{problem} Usage: {usage}");
        return (arguments, arguments.Length < args.Length);
    }

    /// <summary>Says what is wrong with the arguments and ends the program with exit code 2.</summary>
    public static void Refuse(string problem)
    {
        Console.Error.WriteLine(problem);
        Environment.Exit(BadUsage);
    }

    /// <summary>Takes an option and its value out of the arguments; without a value that is valid it ends the program with exit code 2.</summary>
    /// <returns>The value, or null where the option is not there.</returns>
    public static string? Take(ref string[] args, string option, Func<string, bool> isValid, string expected)
    {
        int at = Array.IndexOf(args, option);
        if (at < 0) return null;
        string value = at + 1 < args.Length ? args[at + 1] : "";
        if (value.Length == 0 || !isValid(value)) Refuse($"{option} is '{value}'; {expected} was expected.");

        args = [.. args.Where((_, i) => i != at && i != at + 1)];
        return value;
    }

    // Progress<T> would report on other threads, and so out of order.
    private sealed class Lines<T>(Func<T, string?> line) : IProgress<T>
    {
        public void Report(T value)
        {
            if (line(value) is string text) Console.WriteLine(text);
        }
    }
}
