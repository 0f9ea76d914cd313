using System.CommandLine;
using System.Text.Encodings.Web;
using SswpNas.MLNet.Examples;

namespace SswpNasTool.Commands;

/// <summary>What a command came to.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Figures">What <c>--json</c> shows; null shows nothing.</param>
/// <param name="Words">The same for people, lines for the standard output.</param>
internal sealed record ToolAnswer(int Code, IReadOnlyDictionary<string, object?>? Figures, IReadOnlyList<string> Words);

/// <summary>
/// A command of the tool. Its results go to the standard output, in words or as one JSON object; progress, warnings and errors go
/// to the standard error.
/// </summary>
internal abstract class ToolCommand : Command
{
    private static readonly JsonSerializerOptions _json =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<bool> _isJson = new("--json")
    {
        Description = "The results as one JSON object; nothing else comes on the standard output",
    };

    protected ToolCommand(string name, string description, string example)
        : base(name, $"{description} Example: {example}")
    {
        Options.Add(_isJson);
        ConsoleRun.SetAction(this, (parsed, cancel) =>
        {
            ToolAnswer answer = Run(parsed, cancel);
            Show(parsed, answer.Figures, answer.Words);
            return answer.Code;
        });
    }

    public static string ToJson(object figures) => JsonSerializer.Serialize(figures, _json);

    /// <summary>Does the work.</summary>
    protected abstract ToolAnswer Run(ParseResult parsed, CancellationToken cancel);

    /// <summary>Writes results to the standard output, as they were asked for.</summary>
    protected void Show(ParseResult parsed, IReadOnlyDictionary<string, object?>? figures, IReadOnlyList<string> words)
    {
        if (!parsed.GetValue(_isJson)) foreach (string line in words) Console.WriteLine(line);
        else if (figures is not null) Console.WriteLine(ToJson(figures));
    }

    /// <summary>An argument that has to be there and be a name.</summary>
    protected static Argument<string> NameArgument(string name, string help)
    {
        Argument<string> argument = new(name) { Description = help };
        argument.Validators.Add(result =>
        {
            string text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
            if (!CheckedOption.IsName(text)) result.AddError($"{name} is '{text}'; the name of a file or folder was expected.");
        });
        return argument;
    }
}
