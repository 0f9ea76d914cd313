using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Folders;

/// <summary>The sources of the library as the compiler understands them, by the folders at their root.</summary>
internal sealed class Sources
{
    /// <summary>Where files at the root count to.</summary>
    public const string Root = ".";

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
        CSharpParseOptions parsing = new(LanguageVersion.Latest, DocumentationMode.None);
        _compilation = CSharpCompilation.Create(
            "Sources",
            files.Append(("", Usings)).Select(file => CSharpSyntaxTree.ParseText(file.Item2, parsing, file.Item1)),
            Assemblies(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

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
            .Select(file => (Path.GetRelativePath(root, file).Replace('\\', '/'), File.ReadAllText(file)))));
    }

    /// <summary>The assemblies that the tests run with, without those of this repository.</summary>
    private static IEnumerable<MetadataReference> Assemblies()
    {
        HashSet<string> ours = [.. Directory.GetFiles(AppContext.BaseDirectory, "*.pdb").Select(pdb => Path.ChangeExtension(pdb, ".dll"))];
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => !ours.Contains(file)).Select(file => MetadataReference.CreateFromFile(file));
    }

    /// <summary>Names that mean nothing to the compiler; what they stand for would be overlooked.</summary>
    public IEnumerable<string> Unknown() => _compilation.GetDiagnostics()
        .Where(d => d.Id is "CS0103" or "CS0234" or "CS0246" or "CS0400" or "CS0426" or "CS1061" or "CS0117").Select(d => d.ToString());

    /// <summary>Types of which parts stand in several folders.</summary>
    public IEnumerable<string> Scattered() => _compilation.SyntaxTrees
        .SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Select(type => (INamedTypeSymbol)_compilation.GetSemanticModel(tree).GetDeclaredSymbol(type)!))
        .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default)
        .Where(type => FoldersOf(type).Length > 1)
        .Select(type => $"{type} stands in {string.Join(" and ", FoldersOf(type))}");

    /// <summary>Every use that a file makes of a type, or of a member of a type, of another folder.</summary>
    public IEnumerable<Use> Uses()
    {
        foreach (SyntaxTree tree in _compilation.SyntaxTrees)
        {
            SemanticModel model = _compilation.GetSemanticModel(tree);
            string folder = FolderOf(tree.FilePath);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes().Where(n => n is SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax))
            {
                SymbolInfo info = model.GetSymbolInfo(node);
                if ((info.Symbol as INamedTypeSymbol ?? info.Symbol?.ContainingType)?.OriginalDefinition is not { } type) continue;
                int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                foreach (string other in FoldersOf(type).Where(other => other != folder))
                    yield return new Use(tree.FilePath, line, folder, type.ToString()!, other);
            }
        }
    }

    private static string[] FoldersOf(INamedTypeSymbol type) =>
        [.. type.DeclaringSyntaxReferences.Select(part => FolderOf(part.SyntaxTree.FilePath)).Distinct()];

    private static string FolderOf(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : Root;

    /// <summary>A place in a file that uses a type of another folder.</summary>
    internal sealed record Use(string File, int Line, string Folder, string Type, string Other);
}
