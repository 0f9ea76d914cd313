using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.CrashHost;

/// <summary>The real disk with a moment before, in and after each thing that is done to it.</summary>
internal sealed class CrashDisk(Moments moments) : DiskTap
{
    public override void Before(DiskStep step, string path)
    {
        Pass(step);
        if (step != DiskStep.Delete || !moments.Is(MomentKind.Remove)) return;
        // A life that was killed before may have left none.
        foreach (string file in Directory.EnumerateFiles(path).Take(1)) File.Delete(file);
        Moments.Die();
    }

    public override void After(DiskStep step, string path) => Pass(step);

    public override Stream Over(Stream file, string path) => new CrashStream(file, moments);

    private void Pass(DiskStep step)
    {
        MomentKind? kind = step switch
        {
            DiskStep.Flush or DiskStep.FlushFolder => MomentKind.Flush,
            DiskStep.Move => MomentKind.Rename,
            DiskStep.Delete => MomentKind.Remove,
            _ => null,
        };
        if (kind is MomentKind now) moments.Pass(now);
    }

    /// <summary>What has been written reaches the file at once, so that half of it is there.</summary>
    private sealed class CrashStream(Stream file, Moments moments) : Stream
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

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (moments.Is(MomentKind.Write))
            {
                file.Write(buffer[..(buffer.Length / 2)]);
                file.Flush();
                Moments.Die();
            }

            file.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
