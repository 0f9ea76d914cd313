using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.ML;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Tests.Folders;

namespace SswpNas.MLNet.Tests.Errors;

/// <summary>Messages say 0.5 wherever the machine stands, never 0,5.</summary>
[TestClass]
public sealed partial class MessageCultureTests
{
    private static readonly string[] _fractions =
        ["float", "double", "decimal", "System.Half", "System.DateTime", "System.DateTimeOffset"];

    /// <summary>Every number with a fraction that the library puts into a text, by the compiler's own reading of the sources.</summary>
    [TestMethod]
    public void NoTextTakesAFractionInTheMachinesCulture()
    {
        CSharpCompilation compilation = Sources.CompileLibrary();
        int seen = 0;
        List<string> found = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (ExpressionSyntax text in Texts(tree.GetRoot(), model, ref seen))
                found.Add(Sources.Place(text));
        }

        Assert.IsGreaterThan(40, seen, "The sources were not read.");
        Assert.AreEqual("", string.Join('\n', found));
    }

    [TestMethod]
    public void ErrorsAreTheSameInACultureWithDecimalCommas()
    {
        Func<object>[] refused =
        [
            () => new MLContext().SswpNas().Search(options: new SearchOptions
            {
                Phases = new PhaseSplit(0.5, 0.25, 0.5), LearningRate = -0.5, FinalTrainingFraction = 1.5, SkipDropout = double.NaN,
            }),
            () => new MLContext().SswpNas().Search(options: new SearchOptions { Views = new ViewOptions { MinimumCropArea = 1.5 } }),
            () => new MLContext().SswpNas().FineTune(options: new FineTuneOptions { LearningRates = [-0.5], DropPath = 2.5 }),
        ];
        foreach (Func<object> call in refused)
        {
            string message = Assert.Throws<Exception>(call).Message;
            Assert.AreEqual(message, InCulture(() => Assert.Throws<Exception>(call).Message));
            Assert.MatchesRegex(Fraction(), message);
        }
    }

    [TestMethod]
    public void TheLogIsTheSameInACultureWithDecimalCommas()
    {
        List<string> lines = InCulture(() =>
        {
            MLContext ml = new(seed: 1);
            List<string> said = [];
            ml.Log += (_, e) => said.Add(e.Message);
            using SswpNasSearchTransformer found = ml.SswpNas().Search(options: Tiny.Search).Fit(new Stripes().View(ml));
            ml.SswpNas().FineTune(options: Tiny.FineTune with { LearningRates = [0.1, 0.25] }, searchResult: found.Result)
                .Fit(new Stripes().View(ml)).Dispose();
            return said;
        });

        Assert.IsTrue(lines.Any(line => Fraction().IsMatch(line)));
        Assert.AreEqual("", string.Join('\n', lines.Where(line => Comma().IsMatch(line))));
    }

    /// <summary>Interpolated strings and joins that are made in the machine's culture and take a number with a fraction.</summary>
    private static List<ExpressionSyntax> Texts(SyntaxNode root, SemanticModel model, ref int seen)
    {
        List<ExpressionSyntax> found = [];
        foreach (InterpolationSyntax hole in root.DescendantNodes().OfType<InterpolationSyntax>())
        {
            if (!HasFraction(model.GetTypeInfo(hole.Expression).Type)) continue;
            seen++;
            ExpressionSyntax whole = (ExpressionSyntax)hole.Parent!;
            while (whole.Parent is BinaryExpressionSyntax or ParenthesizedExpressionSyntax) whole = (ExpressionSyntax)whole.Parent;
            if (model.GetTypeInfo(whole).ConvertedType?.SpecialType == SpecialType.System_String) found.Add(hole.Expression);
        }

        foreach (InvocationExpressionSyntax call in root.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            bool joins = call.Expression.ToString() == "string.Join";
            if (joins && call.ArgumentList.Arguments.Skip(1).Any(a => HasFraction(Element(model.GetTypeInfo(a.Expression).Type))))
                found.Add(call);
        }

        return found;
    }

    private static ITypeSymbol? Element(ITypeSymbol? type) => type is IArrayTypeSymbol array
        ? array.ElementType
        : type is INamedTypeSymbol { TypeArguments.Length: 1 } generic ? generic.TypeArguments[0] : null;

    /// <summary>Such a number, or a record of the library whose text has one.</summary>
    private static bool HasFraction(ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } maybe) type = maybe.TypeArguments[0];
        if (type is null) return false;
        if (_fractions.Contains(type.ToDisplayString())) return true;
        return type is { IsRecord: true } && type.Locations.Any(l => l.IsInSource)
            && !type.GetMembers("ToString").Any(m => !m.IsImplicitlyDeclared)
            && type.GetMembers().OfType<IPropertySymbol>().Any(p => _fractions.Contains(p.Type.ToDisplayString()));
    }

    private static T InCulture<T>(Func<T> call)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            NumberFormatInfo commas = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", PercentDecimalSeparator = "," };
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = commas };
            return call();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [GeneratedRegex("[0-9]\\.[0-9]")]
    private static partial Regex Fraction();

    [GeneratedRegex("[0-9],[0-9]")]
    private static partial Regex Comma();
}
