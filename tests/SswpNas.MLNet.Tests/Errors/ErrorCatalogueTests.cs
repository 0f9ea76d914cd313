using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Errors;

/// <summary>
/// ErrorCatalogue.txt lists every message that an exception of the library can have, as the sources write it, with … for what
/// is filled in. A new message is a decision: run the test with SSWPNAS_APPROVE=1, read it as somebody who meets it would,
/// commit it.
/// </summary>
[TestClass]
public sealed partial class ErrorCatalogueTests
{
    private const string Verbs =
        "Append|Choose|Convert|Delete|Download|Drop|Give|Label|Load|Lower|Make|Mend|Move|Name|Pass|Pre-train|Put|Raise|Remove|Resize|Restore|Return|Run|Save"
        + "|Search|Set|Take|Unpack|Use|Wait|Write";

    /// <summary>
    /// What users do not meet, or not alone: faults of the library itself, items of a list whose heading says what to do, and
    /// messages that pass on those of another error.
    /// </summary>
    private static readonly string[] _others =
    [
        "'…' cannot be read: …", "'…' has no folder 'images'", "'…' has no images (…)", "'…' is a link that leads round in a circle.",
        "'…' is a link that leaves the image folder, to '…'", "A pool is the first stage of its operation.",
        "The loss does not depend on the features.", "The output of a cell has no gradient.",
        "The pass used … weights that are not in the list its gradients are collected for.",
        "There are no gate gradients before the backward pass of the loss.", "There is no ONNX form of ….", "There is no count for a ….",
        "There is no kernel for ….", "There is no objective ….", "There is no way to run a ….", "it is null",
        "AllowedAssemblies is null.", "The column '…' is not active: it was not asked for when the cursor was made.",
        "The cursor is on no row: MoveNext was not called, or there are no more rows.",
        "Row … (the first is 0…) cannot be read: … Have its source files changed since the data were listed?",
        "…. …… With Checkpoints in the options the run would have rolled back and tried a smaller learning rate.",
        "no image of the class '…' can be used", "There is no file '…'.", "… is …; expected: at least 1, or null for all images", "'…', line …, is '…'; a file, a tab and a class of train were expected",
    ];

    /// <summary>Files whose messages are the second half of another one, which says what to do.</summary>
    private static readonly string[] _reasons = ["OnnxContent.cs"];

    private static readonly string _source = Path.Combine(PackedLibrary.Repository(), "src", "SswpNas.MLNet");

    private static readonly Lazy<string[]> _found = new(() => Of(_ => true));

    private static readonly Lazy<string[]> _whole = new(() => [.. Of(file => !_reasons.Contains(Path.GetFileName(file))).Except(_others)]);

    [TestMethod]
    public void EveryMessageIsInTheCatalogue()
    {
        string file = Path.Combine(PackedLibrary.Repository(), "tests", "SswpNas.MLNet.Tests", "Errors", "ErrorCatalogue.txt");
        if (Environment.GetEnvironmentVariable("SSWPNAS_APPROVE") == "1") File.WriteAllLines(file, _found.Value);
        string[] approved = File.ReadAllLines(file);
        Assert.AreEqual(
            "", string.Join('\n', approved.Except(_found.Value).Select(l => $"- {l}").Concat(_found.Value.Except(approved).Select(l => $"+ {l}"))),
            "There are other messages. If that is meant, run this test with SSWPNAS_APPROVE=1, read them and commit ErrorCatalogue.txt.");
        Assert.IsGreaterThan(100, approved.Length);
    }

    [TestMethod]
    public void EveryMessageSaysWhatWasExpectedOrWhatToDo()
    {
        string[] helpless = [.. _whole.Value.Where(message => !IsPassedOn(message) && !Advice().IsMatch(message) && !Expectation().IsMatch(message))];
        Assert.AreEqual("", string.Join('\n', helpless));
    }

    [TestMethod]
    public void NoMessageEndsInTheMiddle()
    {
        string[] open = [.. _whole.Value.Where(message => !message.EndsWith('.') && !message.EndsWith('?') && !message.EndsWith('…') && !message.EndsWith(')'))];
        Assert.AreEqual("", string.Join('\n', open));
    }

    [TestMethod]
    public void TheDocumentationQuotesMessagesThatThereAre()
    {
        foreach (string quote in DocumentedErrorTests.Quotes())
            Assert.IsTrue(_found.Value.Any(message => message.StartsWith(quote, StringComparison.Ordinal)), quote);
    }

    /// <summary>It ends with what another error says.</summary>
    private static bool IsPassedOn(string message) => message.EndsWith('…') || message.EndsWith("….", StringComparison.Ordinal);

    private static string[] Of(Func<string, bool> wanted) => [.. Directory.GetFiles(_source, "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(_source, file).StartsWith("obj", StringComparison.Ordinal)
            && !Path.GetRelativePath(_source, file).StartsWith("build", StringComparison.Ordinal) && wanted(file))
        .SelectMany(Messages).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Messages(string file)
    {
        var root = CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot();
        IEnumerable<ExpressionSyntax> ofExceptions = root.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
            .Where(e => e.Type.ToString().EndsWith("Exception", StringComparison.Ordinal))
            .SelectMany(e => e.ArgumentList?.Arguments.Select(a => a.Expression) ?? []);
        IEnumerable<ExpressionSyntax> ofMakers = root.DescendantNodes().OfType<ImplicitObjectCreationExpressionSyntax>()
            .Where(e => e.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.ReturnType.ToString().EndsWith("Exception", StringComparison.Ordinal) == true)
            .SelectMany(e => e.ArgumentList.Arguments.Select(a => a.Expression));
        IEnumerable<ExpressionSyntax> ofOptions = root.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(i => i.Expression.ToString() is "found.Add" or "problems.Add" or "missing.Add" or "listing.Add" or "Add")
            .SelectMany(i => i.ArgumentList.Arguments.Select(a => a.Expression));
        IEnumerable<ExpressionSyntax> ofProblems = root.DescendantNodes().OfType<YieldStatementSyntax>().Select(y => y.Expression).OfType<ExpressionSyntax>();
        return ofExceptions.Concat(ofMakers).Concat(ofOptions).Concat(ofProblems).SelectMany(Sentences).Where(text => text.Contains(' ', StringComparison.Ordinal));
    }

    /// <summary>The texts that an expression can be; both of a choice.</summary>
    private static string[] Sentences(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => [literal.Token.ValueText],
        InterpolatedStringExpressionSyntax text => [string.Concat(text.Contents.Select(c =>
            c is InterpolatedStringTextSyntax part ? part.TextToken.ValueText : "…"))],
        BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) =>
            [.. Sentences(sum.Left).SelectMany(left => Sentences(sum.Right), (left, right) => left + right)],
        ConditionalExpressionSyntax choice => [.. Sentences(choice.WhenTrue), .. Sentences(choice.WhenFalse)],
        ParenthesizedExpressionSyntax inner => Sentences(inner.Expression),
        InvocationExpressionSyntax call when call.Expression.ToString() is "string.Create" or "FormattableString.Invariant" => Sentences(call.ArgumentList.Arguments[^1].Expression),
        _ => ["…"],
    };

    /// <summary>A sentence, or a part of one, that tells somebody to do something.</summary>
    [GeneratedRegex($@"(^|[.?…)] |[;:,] |, or |\) )(or |and |then )?({Verbs})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Advice();

    /// <summary>What was expected, as a statement of its own or before what came.</summary>
    [GeneratedRegex(
        @"\b(was|were) expected|[Ee]xpected: |; expected|cannot be used:|\b(has|have) to (be|reference|have|watch)\b|\bneeds\b"
        + @"|Known ones are|^[^;]+; [^;]*(came|was asked for|takes .*)\.$")]
    private static partial Regex Expectation();
}
