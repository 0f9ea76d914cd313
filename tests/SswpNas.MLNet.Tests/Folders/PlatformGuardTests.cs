using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Folders;

/// <summary>
/// What not every system has says so by an attribute, and the compiler (CA1416, an error) demands a guard around its use: calls into
/// a system's own libraries, and files of one system such as those of /proc.
/// </summary>
[TestClass]
public sealed partial class PlatformGuardTests
{
    private static readonly string[] _attributes = ["SupportedOSPlatform", "UnsupportedOSPlatform"];

    [TestMethod]
    public void WhatBelongsToOneSystemIsMarked()
    {
        string[] sources = [.. Directory.GetFiles(Sources.Folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Sources.Folder, file).StartsWith("obj", StringComparison.Ordinal))];
        (string Place, bool IsMarked)[] uses = [.. sources.SelectMany(file => Uses(File.ReadAllText(file), Path.GetFileName(file)))];

        Assert.AreEqual("", string.Join('\n', uses.Where(use => !use.IsMarked).Select(use => use.Place)));
        Assert.IsGreaterThan(10, uses.Length);
    }

    [TestMethod]
    public void TheCompilerDemandsTheGuardsAndNobodyTurnsThatOff()
    {
        string settings = File.ReadAllText(Path.Combine(PackedLibrary.Repository(), ".editorconfig"));
        Assert.Contains("dotnet_diagnostic.CA1416.severity = error", settings);
        string[] suppressing = [.. Directory.GetFiles(Path.Combine(PackedLibrary.Repository(), "src"), "*.cs*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("obj", StringComparison.Ordinal) && File.ReadAllText(file).Contains("CA1416", StringComparison.Ordinal))];
        Assert.AreEqual("", string.Join('\n', suppressing));
    }

    [TestMethod]
    [DataRow("""[LibraryImport("libc")] private static partial int close(int d);""", false)]
    [DataRow("""[DllImport("kernel32")] private static extern int close(int d);""", false)]
    [DataRow("""[SupportedOSPlatform("linux")] [LibraryImport("libc")] private static partial int close(int d);""", true)]
    [DataRow("""[UnsupportedOSPlatform("windows"), LibraryImport("libc")] private static partial int close(int d);""", true)]
    [DataRow("""string M() => File.ReadAllText("/proc/self/status");""", false)]
    [DataRow("""string M(int id) => $"/proc/{id}/status";""", false)]
    [DataRow("""string P => "/dev/shm";""", false)]
    [DataRow("""private static readonly string P = "/sys/fs/cgroup";""", false)]
    [DataRow("""[SupportedOSPlatform("linux")] string M() => File.ReadAllText("/proc/self/status");""", true)]
    [DataRow("""[UnsupportedOSPlatform("windows")] string M() => File.ReadAllText("/proc/self/status");""", false)]
    public void AUseIsFoundAndItsMarkIsSeen(string member, bool isMarked)
    {
        (string place, bool found) = Uses($"partial class A {{ {member} }}", "A.cs").Single();
        Assert.AreEqual(isMarked, found, place);
    }

    [TestMethod]
    [DataRow("""string M() => "/score" + "a/proc/b";""")]
    [DataRow("""/* "/proc" */ string M() => nameof(M);""")]
    public void OtherTextsAreNone(string member) => Assert.IsEmpty(Uses($"partial class A {{ {member} }}", "A.cs").ToArray());

    private static IEnumerable<(string Place, bool IsMarked)> Uses(string source, string file)
    {
        foreach (SyntaxNode node in CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes())
        {
            string line = $"{file}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
            if (node is MethodDeclarationSyntax method && Attributes(method).Any(a => Name(a) is "LibraryImport" or "DllImport"))
            {
                yield return ($"{line}: {method.Identifier} has no [SupportedOSPlatform] or [UnsupportedOSPlatform]",
                    Attributes(method).Any(a => _attributes.Contains(Name(a))));
            }

            string text = node switch
            {
                LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => literal.Token.ValueText,
                InterpolatedStringExpressionSyntax { Contents: [InterpolatedStringTextSyntax first, ..] } => first.TextToken.ValueText,
                _ => "",
            };
            if (!SystemPath().IsMatch(text)) continue;
            MemberDeclarationSyntax? member = node.FirstAncestorOrSelf<MemberDeclarationSyntax>();
            yield return ($"{line}: '{text}' stands in a member without [SupportedOSPlatform(\"linux\")]",
                Attributes(member).Any(a => Name(a) == "SupportedOSPlatform" && a.ArgumentList?.ToString() == "(\"linux\")"));
        }
    }

    private static IEnumerable<AttributeSyntax> Attributes(MemberDeclarationSyntax? member) =>
        member?.AttributeLists.SelectMany(list => list.Attributes) ?? [];

    private static string Name(AttributeSyntax attribute) => attribute.Name.ToString();

    [GeneratedRegex("^/(proc|sys|dev|etc|var|usr|tmp)(/|$)")]
    private static partial Regex SystemPath();
}
