using SswpNas.MLNet.Checkpoints;

namespace SswpNas.MLNet.CrashHost;

/// <summary>The real disk with a moment before, in and after each thing that is done to it.</summary>
internal sealed class CrashDisk(Moments moments) : CheckpointDisk
{
    public override void Write(string path, Action<Stream> content)
    {
        base.Write(path, file =>
        {
            using CrashStream stream = new(file, moments);
            content(stream);
            moments.Pass(MomentKind.Flush);
        });
        moments.Pass(MomentKind.Flush);
    }

    public override void Rename(string folder, string to)
    {
        moments.Pass(MomentKind.Rename);
        base.Rename(folder, to);
        moments.Pass(MomentKind.Rename);
    }

    public override void Remove(string folder)
    {
        moments.Pass(MomentKind.Remove);
        if (moments.Is(MomentKind.Remove))
        {
            // A life that was killed before may have left none.
            foreach (string file in Directory.EnumerateFiles(folder).Take(1)) File.Delete(file);
            Moments.Die();
        }

        base.Remove(folder);
        moments.Pass(MomentKind.Remove);
    }

    public override void FlushNames(string folder)
    {
        moments.Pass(MomentKind.Flush);
        base.FlushNames(folder);
        moments.Pass(MomentKind.Flush);
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
