using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SswpNas.MLNet.Tests.Folders;

namespace SswpNas.MLNet.Tests.Objectives;

/// <summary>
/// A number that TorchSharp turns into a Scalar on the way into libtorch may be collected while libtorch reads it: the process then
/// fails now and then. By the compiler's own reading of the sources, all of them are held by a variable.
/// </summary>
[TestClass]
public sealed class ScalarLifetimeTests
{
    // TorchSharp makes a Scalar of 1 in them.
    private static readonly string[] _hidden = ["add", "add_"];

    [TestMethod]
    public void EveryScalarThatLibtorchReadsIsHeld()
    {
        CSharpCompilation compilation = Sources.CompileLibrary();
        int calls = 0;
        List<string> found = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees) found.AddRange(Unheld(tree, compilation.GetSemanticModel(tree), ref calls));

        Assert.IsGreaterThan(100, calls, "The sources were not read.");
        Assert.AreEqual("", string.Join('\n', found));
    }

    [TestMethod]
    public void WhatIsNotHeldIsFound()
    {
        CSharpCompilation compilation = Sources.Compile([("a.cs", """
            using TorchSharp;
            static class A
            {
                static void Good(torch.Tensor x, Scalar one) => x.add(x, alpha: one).mul(one).mul_(x);
                static void Bad(torch.Tensor x) => x.add_(x).mul(2).add(x, alpha: 1);
                static torch.Tensor Worse(torch.Tensor x) => x + x;
            }
            """)]);
        int calls = 0;
        List<string> found = [.. Unheld(compilation.SyntaxTrees[0], compilation.GetSemanticModel(compilation.SyntaxTrees[0]), ref calls)];
        Assert.AreEqual(6, calls);
        Assert.HasCount(4, found, string.Join('\n', found));
        Assert.IsTrue(found.All(line => !line.StartsWith("a.cs:4:", StringComparison.Ordinal)));
    }

    private static List<string> Unheld(SyntaxTree tree, SemanticModel model, ref int calls)
    {
        List<string> found = [];
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            if (node is BinaryExpressionSyntax && model.GetSymbolInfo(node).Symbol is IMethodSymbol { Name: "op_Addition" } sum && IsTensor(sum))
                found.Add(Sources.Place(node));
            if (node is not InvocationExpressionSyntax call || model.GetSymbolInfo(call).Symbol is not IMethodSymbol method || !IsTensor(method)) continue;
            calls++;
            bool hidden = _hidden.Contains(method.Name) && method.Parameters is [{ Type.Name: "Tensor" }];
            bool converted = call.ArgumentList.Arguments.Any(argument =>
                model.GetConversion(argument.Expression) is { IsUserDefined: true, MethodSymbol.ReturnType.Name: "Scalar" });
            if (hidden || converted) found.Add(Sources.Place(call));
        }

        return found;
    }

    private static bool IsTensor(IMethodSymbol method) => method.ContainingType is { Name: "Tensor", ContainingNamespace.Name: "" or "TorchSharp" };
}
