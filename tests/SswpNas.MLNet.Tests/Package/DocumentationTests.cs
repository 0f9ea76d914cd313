using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SswpNas.MLNet.Tests.Package;

/// <summary>The XML comments of what users see, as the compiler wrote them beside the library.</summary>
[TestClass]
public sealed class DocumentationTests
{
    private static readonly string _library = typeof(SearchResult).Assembly.Location;

    private static readonly Dictionary<string, XElement> _comments = XDocument.Load(Path.ChangeExtension(_library, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    [TestMethod]
    public void EveryPublicMemberHasASummaryAndNamesItsParametersAndWhatItReturns()
    {
        ISymbol[] members = [.. PublicTypes().SelectMany(type => Members(type).Prepend(type))];
        IEnumerable<string> missing =
            members.SelectMany(member => Missing(member).Select(what => $"{member.GetDocumentationCommentId()}: {what}"));
        Assert.AreEqual("", string.Join('\n', missing));
        Assert.IsGreaterThan(500, members.Length);
    }

    private static IEnumerable<string> Missing(ISymbol member)
    {
        if (!_comments.TryGetValue(member.GetDocumentationCommentId()!, out XElement? comment))
        {
            yield return "no comment";
            yield break;
        }

        if (comment.Element("inheritdoc") is not null) yield break;
        if (!Says(comment.Element("summary"))) yield return "no summary";
        (IEnumerable<string> parameters, IEnumerable<string> types, bool returns) = member switch
        {
            IMethodSymbol method => (
                method.Parameters.Select(p => p.Name), method.TypeParameters.Select(t => t.Name),
                !method.ReturnsVoid && method.MethodKind != MethodKind.Constructor),
            IPropertySymbol { IsIndexer: true } indexer => (indexer.Parameters.Select(p => p.Name), [], true),
            INamedTypeSymbol type => ([], type.TypeParameters.Select(t => t.Name), false),
            _ => ((IEnumerable<string>)[], (IEnumerable<string>)[], false),
        };
        foreach (string name in parameters.Where(name => !Says(Named(comment, "param", name)))) yield return $"nothing of parameter {name}";
        foreach (string name in types.Where(name => !Says(Named(comment, "typeparam", name)))) yield return $"nothing of type parameter {name}";
        if (returns && !Says(comment.Element("returns"))) yield return "nothing of what it returns";
    }

    private static bool Says(XElement? part) => part is not null && (part.Value.Trim().Length > 0 || part.HasElements);

    private static XElement? Named(XElement comment, string kind, string name) =>
        comment.Elements(kind).SingleOrDefault(part => part.Attribute("name")?.Value == name);

    private static IEnumerable<INamedTypeSymbol> PublicTypes()
    {
        MetadataReference library = MetadataReference.CreateFromFile(_library);
        IEnumerable<string> platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        IEnumerable<MetadataReference> others = platform.Where(file => file != _library).Select(file => MetadataReference.CreateFromFile(file));
        CSharpCompilation compilation = CSharpCompilation.Create("Reader", references: others.Prepend(library));
        IAssemblySymbol assembly = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(library)!;
        return Types(assembly.GlobalNamespace);
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol symbol) => symbol.GetMembers()
        .OfType<INamespaceOrTypeSymbol>()
        .Where(inner => inner is INamespaceSymbol || inner.DeclaredAccessibility == Accessibility.Public)
        .SelectMany(inner => inner is INamedTypeSymbol type ? Types(type).Prepend(type) : Types(inner));

    /// <summary>
    /// What somebody wrote: neither accessors nor what the compiler makes of a record, an enumeration or a class without a
    /// constructor.
    /// </summary>
    private static IEnumerable<ISymbol> Members(INamedTypeSymbol type) => type.GetMembers()
        .Where(member => member is IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol
            && member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
            && !member.GetAttributes().Any(a => a.AttributeClass?.Name == "CompilerGeneratedAttribute")
            && member is not IMethodSymbol { AssociatedSymbol: not null }
            && !IsMade(member));

    private static bool IsMade(ISymbol member) =>
        member is IFieldSymbol { Name: "value__" }
        || (member is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.Length: 0 }
            && !_comments.ContainsKey(member.GetDocumentationCommentId()!));
}
