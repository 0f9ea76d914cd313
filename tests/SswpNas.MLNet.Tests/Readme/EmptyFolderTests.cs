using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Readme;

/// <summary>Runs each test with an empty folder as the current one, as a reader's program would be run.</summary>
public abstract class EmptyFolderTests : IDisposable
{
    private readonly string _before = Environment.CurrentDirectory;

    private protected TestFolder Images { get; } = new();

    private protected TestFolder Folder { get; } = new();

    [TestInitialize]
    public void Begin() => Environment.CurrentDirectory = Folder.Root;

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        Images.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
