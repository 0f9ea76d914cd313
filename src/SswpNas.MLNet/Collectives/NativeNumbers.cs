namespace SswpNas.MLNet.Collectives;

/// <summary>
/// Memory for a message that .NET does not move: a message that is broken off may still be written to. It grows as needed and is kept.
/// </summary>
internal sealed unsafe class NativeNumbers : IDisposable
{
    private double* _first;
    private int _room;

    /// <summary>Room for so many numbers; what was there is gone.</summary>
    public double* Of(int count)
    {
        if (count > _room || _first == null)
        {
            NativeMemory.Free(_first);
            _room = Math.Max(1, count);
            _first = (double*)NativeMemory.Alloc((nuint)_room, sizeof(double));
        }

        return _first;
    }

    public void Dispose()
    {
        NativeMemory.Free(_first);
        _first = null;
        _room = 0;
    }
}
