using System.Reflection;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Folders;

/// <summary>The sources of the library as the compiler understands them, by the folders at their root.</summary>
internal sealed class Sources
{
    /// <summary>Where files at the root count to.</summary>
    private const string Root = ".";

    private const string Usings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly string[] _built = ["bin", "obj", "build"];
    private readonly CSharpCompilation _compilation;

    /// <param name="files">Each file's path from the root of the library, and its text.</param>
    public Sources(IEnumerable<(string Path, string Text)> files)
    {
        _compilation = Compile(files);
    }

    /// <summary>Sources with the usings that every project has, and the assemblies that the tests run with.</summary>
    public static CSharpCompilation Compile(IEnumerable<(string Path, string Text)> files)
    {
        CSharpParseOptions parsing = new(LanguageVersion.Latest, DocumentationMode.None);
        return CSharpCompilation.Create(
            "Sources",
            files.Append(("", Usings)).Select(file => CSharpSyntaxTree.ParseText(file.Item2, parsing, file.Item1)),
            Assemblies(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>The library's own sources, without what its build generates.</summary>
    public static CSharpCompilation CompileLibrary() => Compile(Directory.GetFiles(Folder, "*.cs", SearchOption.AllDirectories)
        .Select(file => (Path: Path.GetRelativePath(Folder, file), Text: File.ReadAllText(file)))
        .Where(file => !file.Path.StartsWith("obj", StringComparison.Ordinal)).Append(("", ProjectUsings())));

    /// <summary>File, line and text of a piece of source.</summary>
    public static string Place(SyntaxNode node) =>
        $"{node.SyntaxTree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {node}";

    /// <summary>The folder of the library.</summary>
    public static string Folder { get; } = Path.Combine(PackedLibrary.Repository(), "src", "SswpNas.MLNet");

    /// <summary>Folders of the library that hold sources.</summary>
    public static string[] Folders() =>
        [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)).Except(_built)];

    /// <summary>The library's sources, and what its build generates of them in folders of the same names: the messages of ONNX.</summary>
    public static Sources OfLibrary()
    {
        string configuration = typeof(Sources).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string[] roots = [Folder, .. Directory.GetDirectories(Path.Combine(Folder, "obj", configuration))];
        return new Sources(roots.SelectMany(root => Directory.GetFiles(root, "*.cs").Where(_ => root == Folder)
            .Concat(Folders().Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
                .SelectMany(folder => Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)))
            .Select(file => (Path.GetRelativePath(root, file).Replace('\\', '/'), File.ReadAllText(file))))
            .Append(("", ProjectUsings())));
    }

    /// <summary>The usings that stand in the library's project file, as source.</summary>
    public static string ProjectUsings() => string.Join('\n', XDocument.Load(Path.Combine(Folder, "SswpNas.MLNet.csproj"))
        .Descendants("Using").SelectMany(item => item.Attribute("Include")!.Value.Split(';')).Select(name => $"global using {name};"));

    /// <summary>The assemblies that the tests run with, without those of this repository.</summary>
    private static IEnumerable<MetadataReference> Assemblies()
    {
        HashSet<string> ours = [.. Directory.GetFiles(AppContext.BaseDirectory, "*.pdb").Select(pdb => Path.ChangeExtension(pdb, ".dll"))];
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => !ours.Contains(file)).Select(file => MetadataReference.CreateFromFile(file));
    }

    /// <summary>Types of which parts stand in several folders.</summary>
    public IEnumerable<string> Scattered() => _compilation.SyntaxTrees
        .SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Select(type => (INamedTypeSymbol)_compilation.GetSemanticModel(tree).GetDeclaredSymbol(type)!))
        .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default)
        .Where(type => FoldersOf(type).Length > 1)
        .Select(type => $"{type} stands in {string.Join(" and ", FoldersOf(type))}");

    /// <summary>
    /// Every place that names a type, or calls a method of one, of a folder above its own. What comes by other ways, such as a
    /// property of a value, has its type named where the value is declared. Only names that are declared above are looked up.
    /// </summary>
    /// <param name="order">The folders from top to bottom; files at the root stand above all.</param>
    public IEnumerable<string> UsesOfFoldersAbove(string[] order)
    {
        ILookup<int, string> declared = _compilation.SyntaxTrees
            .SelectMany(tree => Declared(tree).Select(name => (Rank: Rank(order, tree.FilePath), Name: name)))
            .ToLookup(d => d.Rank, d => d.Name);
        foreach (IGrouping<int, SyntaxTree> level in _compilation.SyntaxTrees.GroupBy(tree => Rank(order, tree.FilePath)))
        {
            HashSet<string> above = [.. declared.Where(names => names.Key < level.Key).SelectMany(names => names)];
            foreach (string use in level.SelectMany(tree => UsesOfFoldersAbove(order, tree, above))) yield return use;
        }
    }

    private IEnumerable<string> UsesOfFoldersAbove(string[] order, SyntaxTree tree, HashSet<string> above)
    {
        SemanticModel model = _compilation.GetSemanticModel(tree);
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (!above.Contains(name.Identifier.ValueText)) continue;
            string place = $"{tree.FilePath}({name.GetLocation().GetLineSpan().StartLinePosition.Line + 1})";
            SymbolInfo info = model.GetSymbolInfo(name);
            ISymbol[] symbols = info.Symbol is { } symbol ? [symbol] : [.. info.CandidateSymbols];
            if (symbols.Length == 0) yield return $"{place}: the compiler does not know what {name} is";
            foreach (INamedTypeSymbol type in symbols.Select(s => s as INamedTypeSymbol ?? s.ContainingType).OfType<INamedTypeSymbol>())
            {
                foreach (string folder in FoldersOf(type).Where(folder => Rank(order, folder + "/") < Rank(order, tree.FilePath)))
                    yield return $"{place}: {FolderOf(tree.FilePath)} uses {type.OriginalDefinition} of {folder}, which is above it";
            }
        }
    }

    private static IEnumerable<string> Declared(SyntaxTree tree) => tree.GetRoot().DescendantNodes().Select(node => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
        DelegateDeclarationSyntax type => type.Identifier.ValueText,
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        _ => null,
    }).OfType<string>();

    private static int Rank(string[] order, string path) => FolderOf(path) is Root ? -1 : Array.IndexOf(order, FolderOf(path));

    private static string[] FoldersOf(INamedTypeSymbol type) =>
        [.. type.DeclaringSyntaxReferences.Select(part => FolderOf(part.SyntaxTree.FilePath)).Distinct()];

    private static string FolderOf(string path) => path.IndexOf('/', StringComparison.Ordinal) is > 0 and int end ? path[..end] : Root;
}
