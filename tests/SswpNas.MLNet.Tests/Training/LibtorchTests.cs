using SswpNas.MLNet.Tensors;

namespace SswpNas.MLNet.Tests.Training;

[TestClass]
public sealed class LibtorchTests
{
    [TestMethod]
    public void WhereItIsReferencedItLoads() => Libtorch.EnsureLoaded();

    [TestMethod]
    public void WhatTorchSharpThrowsWithoutLibtorchIsRecognised()
    {
        NotSupportedException missing = new("This uses TorchSharp but doesn't contain a reference to libtorch-cpu");

        Assert.IsTrue(Libtorch.IsLoadFailure(new TypeInitializationException("TorchSharp.torch", missing)));
        Assert.IsTrue(Libtorch.IsLoadFailure(missing));
        DllNotFoundException noLibrary = new("LibTorchSharp");
        Assert.IsTrue(Libtorch.IsLoadFailure(noLibrary));
        Assert.IsTrue(Libtorch.IsLoadFailure(new TypeInitializationException("x", noLibrary)));
        Assert.IsFalse(Libtorch.IsLoadFailure(new NotSupportedException("something else")));
        Assert.IsFalse(Libtorch.IsLoadFailure(new InvalidOperationException("libtorch")));
        Assert.IsFalse(Libtorch.IsLoadFailure(new TypeInitializationException("x", null)));
    }

    [TestMethod]
    public void TheErrorNamesThePackagesToReference()
    {
        DllNotFoundException cause = new("LibTorchSharp");
        string nowhere = "Unable to load shared library 'LibTorchSharp'\n"
            + "/app/libLibTorchSharp.so: cannot open shared object file: No such file or directory\n"
            + "libtorch.so: cannot open shared object file: No such file or directory\n";

        foreach (string? loaderMessage in new[] { null, nowhere })
        {
            InvalidOperationException e = Libtorch.NotLoaded(cause, loaderMessage);
            StringAssert.Contains(e.Message, "TorchSharp-cpu");
            StringAssert.Contains(e.Message, "TorchSharp-cuda-linux");
            StringAssert.Contains(e.Message, "has to reference");
            Assert.AreSame(cause, e.InnerException);
        }
    }

    [TestMethod]
    public void ALibraryThatTheLoaderRefusesIsToldApart()
    {
        string refused = "Unable to load shared library 'LibTorchSharp'\n"
            + "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n"
            + "/usr/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)\n"
            + "/app/LibTorchSharp: cannot open shared object file: No such file or directory\n";

        InvalidOperationException e = Libtorch.NotLoaded(new DllNotFoundException("LibTorchSharp"), refused);

        StringAssert.Contains(e.Message, "version `GLIBCXX_3.4.32' not found");
        StringAssert.Contains(e.Message, "SswpNas.MLNet");
    }
}
