using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SswpNas.MLNet.Tests.Readme;

/// <summary>The complete program of README.md, compiled as a new console project would compile it.</summary>
internal static class ReadmeProgram
{
    // What ImplicitUsings stands for in a console project.
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    // A console project leaves these out too: other versions of the same assembly.
    private static readonly string[] _versions = ["CS1701", "CS1702"];

    public static string Source => Page.Of("README.md").CodeBlocks().Single();

    /// <summary>The test fails where the compiler has anything to say.</summary>
    public static Assembly Compile()
    {
        var paths = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "MyImages",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(Source)],
            paths.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using MemoryStream assembly = new();
        var problems = compilation.Emit(assembly).Diagnostics
            .Where(d => d.Severity >= DiagnosticSeverity.Warning && !_versions.Contains(d.Id));
        Assert.AreEqual("", string.Join('\n', problems));
        return Assembly.Load(assembly.ToArray());
    }

    /// <summary>Runs it in this process.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(params string[] arguments)
    {
        TextWriter before = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            Compile().EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null);
        }
        finally
        {
            Console.SetOut(before);
        }

        return output.ToString();
    }
}
