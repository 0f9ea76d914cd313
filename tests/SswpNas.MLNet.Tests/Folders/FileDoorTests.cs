using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SswpNas.MLNet.Tests.Folders;

/// <summary>Files are opened in one place of the library, which looks at what they are first.</summary>
[TestClass]
public sealed class FileDoorTests
{
    private static readonly string[] _door = ["RegularFile.cs", "RegularFile.Writing.cs"];
    private static readonly string[] _built = ["bin", "obj", "build"];
    private static readonly string[] _owners = ["File", "FileInfo", "ZipFile", "System.IO.File", "System.IO.Compression.ZipFile"];
    private static readonly string[] _verbs = ["Open", "Create", "ReadAll", "ReadLines", "WriteAll", "Append", "Replace", "Extract"];
    private static readonly string[] _streams = ["FileStream", "StreamReader", "StreamWriter"];

    [TestMethod]
    [TestCategory("Cases")]
    public void NoFileIsOpenedBesideTheDoor()
    {
        string[] files = [.. Directory.GetFiles(Sources.Folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !_built.Contains(Path.GetRelativePath(Sources.Folder, file).Split(Path.DirectorySeparatorChar)[0]))];
        Assert.IsGreaterThan(200, files.Length);

        string[] found = [.. files.Where(file => !_door.Contains(Path.GetFileName(file)))
            .SelectMany(file => Opens(File.ReadAllText(file)).Select(line => $"{Path.GetRelativePath(Sources.Folder, file)}: {line}"))];

        Assert.AreEqual("", string.Join('\n', found), "Open it through RegularFile.");
        Assert.IsNotEmpty(files.Where(file => _door.Contains(Path.GetFileName(file))).SelectMany(file => Opens(File.ReadAllText(file))));
    }

    [TestMethod]
    [TestCategory("Cases")]
    [DataRow("var s = File.OpenRead(p);", 1)]
    [DataRow("var s = System.IO.File.ReadAllBytes(p);", 1)]
    [DataRow("File.WriteAllText(p, q);", 1)]
    [DataRow("using FileStream s = new(p, FileMode.Open);", 1)]
    [DataRow("using Stream s = new FileStream(p, FileMode.Open);", 1)]
    [DataRow("var s = new StreamReader(path);", 1)]
    [DataRow("var s = new StreamReader(css);", 0)]
    [DataRow("var s = new FileInfo(p).OpenRead();", 1)]
    [DataRow("var z = ZipFile.OpenRead(p);", 1)]
    [DataRow("var s = new StreamReader(new MemoryStream(b));", 0)]
    [DataRow("throw Damaged.File(p, a, b);", 0)]
    [DataRow("if (File.Exists(p)) File.Delete(p);", 0)]
    public void AnOpenIsFound(string statement, int times) =>
        Assert.HasCount(times, Opens($"class A {{ void M(string p, string q, byte[] b) {{ {statement} }} }}").ToArray());

    private static IEnumerable<string> Opens(string source)
    {
        foreach (SyntaxNode node in CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes())
        {
            bool isOpen = node switch
            {
                InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax call } =>
                    _verbs.Any(verb => call.Name.Identifier.ValueText.StartsWith(verb, StringComparison.Ordinal))
                    && (_owners.Contains(call.Expression.ToString()) || call.Expression.ToString().StartsWith("new FileInfo(", StringComparison.Ordinal)),
                ObjectCreationExpressionSyntax created => IsOfPath(created.Type.ToString(), created.ArgumentList),
                ImplicitObjectCreationExpressionSyntax { Parent.Parent.Parent: VariableDeclarationSyntax declared } created =>
                    IsOfPath(declared.Type.ToString(), created.ArgumentList),
                _ => false,
            };
            if (isOpen) yield return node.ToString();
        }
    }

    /// <summary>A reader over a stream opens nothing: paths are known by their names here, as everywhere in the library.</summary>
    private static bool IsOfPath(string type, ArgumentListSyntax? arguments) => _streams.Contains(type)
        && (type == "FileStream" || arguments?.Arguments.FirstOrDefault()?.ToString() is string first
            && (first.Contains("path", StringComparison.OrdinalIgnoreCase) || first.Contains("file", StringComparison.OrdinalIgnoreCase) || first[0] is '"' or '$'));
}
