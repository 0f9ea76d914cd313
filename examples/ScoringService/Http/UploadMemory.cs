using System.Collections.Concurrent;

namespace ScoringService.Http;

/// <summary>
/// The memory of all uploads: blocks that are used again, up to a number. Beyond it one upload at a time goes on, whatever it
/// takes, and the others wait, so that all come to an end and memory stays bounded.
/// </summary>
internal sealed class UploadMemory(ServiceOptions options) : IDisposable
{
    /// <summary>Small enough for .NET's ordinary heap.</summary>
    private const int BlockBytes = 1 << 16;

    // What is kept when the uploads are over.
    private const int MostIdle = (32 << 20) / BlockBytes;

    private readonly ConcurrentBag<byte[]> _idle = [];
    private readonly SemaphoreSlim _beyond = new(1);
    private readonly int _most = options.UploadMegabytes << 20 >> 16;
    private int _used;

    /// <summary>Bytes that uploads hold now.</summary>
    internal long Bytes => (long)_used * BlockBytes;

    /// <summary>For one upload; to be disposed of when its bytes are not needed any more.</summary>
    public Share Open() => new(this);

    public void Dispose() => _beyond.Dispose();

    private bool TryTake()
    {
        if (Interlocked.Increment(ref _used) <= _most) return true;
        Interlocked.Decrement(ref _used);
        return false;
    }

    private void Return(List<byte[]> blocks)
    {
        foreach (byte[] block in blocks) _idle.Add(block);
        if (Interlocked.Add(ref _used, -blocks.Count) > 0) return;
        while (_idle.Count > MostIdle) _idle.TryTake(out _);
    }

    /// <summary>What came of one upload: bytes that are added by one thread, and copied by many when all are there.</summary>
    internal sealed class Share(UploadMemory memory) : IDisposable
    {
        private readonly List<byte[]> _blocks = [];
        private bool _isBeyond;

        /// <summary>Bytes that have been added.</summary>
        public long Length { get; private set; }

        private long Free => ((long)_blocks.Count * BlockBytes) - Length;

        /// <summary>Where the next bytes go, at least one; waits while others have all the memory.</summary>
        public async ValueTask<Memory<byte>> Room(CancellationToken cancel)
        {
            if (Free == 0)
            {
                if (_isBeyond) Interlocked.Increment(ref memory._used);
                else if (!memory.TryTake()) await TakeBeyond(cancel);
                _blocks.Add(memory._idle.TryTake(out byte[]? idle) ? idle : new byte[BlockBytes]);
            }

            return _blocks[^1].AsMemory(BlockBytes - (int)Free);
        }

        /// <summary>Bytes of the room that are filled now.</summary>
        public void Add(int bytes) => Length += bytes;

        /// <summary>Copies from a place on, as many bytes as there is room for.</summary>
        public void CopyTo(Span<byte> target, long start)
        {
            while (target.Length > 0)
            {
                (int block, int at) = ((int)(start / BlockBytes), (int)(start % BlockBytes));
                int part = Math.Min(target.Length, BlockBytes - at);
                _blocks[block].AsSpan(at, part).CopyTo(target);
                target = target[part..];
                start += part;
            }
        }

        public void Dispose()
        {
            memory.Return(_blocks);
            _blocks.Clear();
            Length = 0;
            if (_isBeyond) memory._beyond.Release();
            _isBeyond = false;
        }

        private async ValueTask TakeBeyond(CancellationToken cancel)
        {
            await memory._beyond.WaitAsync(cancel);
            if (memory.TryTake())
            {
                memory._beyond.Release(); // others have given some back meanwhile
                return;
            }

            _isBeyond = true;
            Interlocked.Increment(ref memory._used);
        }
    }
}
