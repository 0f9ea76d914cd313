using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Tests.Fault;

/// <summary>A disk that fails at one step, the same one for the same number, and may write half of what it was given.</summary>
internal sealed class FailingDisk(int failsAt, Func<Exception> problem) : DiskTap
{
    private int _steps;

    /// <summary>What failed; null if nothing did.</summary>
    public (DiskStep Step, string Path)? Failed { get; private set; }

    public override void Before(DiskStep step, string path)
    {
        if (_steps++ != failsAt) return;
        Failed = (step, path);
        throw problem();
    }

    public override Stream Over(Stream file, string path) => new Tapped(file, path, this);

    /// <summary>Runs something with step 0 failing, then step 1, until it comes through; gives how many steps it has.</summary>
    /// <param name="problem">What a step that fails throws.</param>
    /// <param name="run">Runs it; told whether it has to fail, and with what.</param>
    public static int ForEachStep(Func<Exception> problem, Action<FailingDisk> run)
    {
        for (int step = 0; ; step++)
        {
            FailingDisk disk = new(step, problem);
            Disk.Tap = disk;
            try
            {
                run(disk);
            }
            finally
            {
                Disk.Tap = null;
            }

            if (disk.Failed is null) return step;
        }
    }

    private sealed class Tapped(Stream file, string path, FailingDisk disk) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => file.Length;

        public override long Position
        {
            get => file.Position;
            set => throw new NotSupportedException();
        }

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                disk.Before(DiskStep.Write, path);
            }
            catch
            {
                file.Write(buffer[..(buffer.Length / 2)]);
                throw;
            }

            file.Write(buffer);
        }
    }
}
