using System.Text;

namespace SswpNas.MLNet.Onnx.Models;

/// <summary>
/// Walks over the fields of a protobuf message without making anything of them: a parser that builds objects needs a hundred
/// times the memory of a file made for it.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int MostVarintBytes = 10;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _left = message;

    /// <summary>The number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Its number, where it is one; else 0.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its bytes, where it is a text, bytes or a message; else empty.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Whether the current field is a text, bytes or a message.</summary>
    public bool HasContent { get; private set; }

    /// <summary>The content as text.</summary>
    /// <exception cref="FormatException">It is no UTF-8.</exception>
    public readonly string Text
    {
        get
        {
            try
            {
                return _strict.GetString(Content);
            }
            catch (DecoderFallbackException e)
            {
                throw new FormatException($"The text of field {Field} is no UTF-8.", e);
            }
        }
    }

    /// <summary>Goes on to the next field; false at the end.</summary>
    /// <exception cref="FormatException">There is no field.</exception>
    public bool Read()
    {
        if (_left.IsEmpty) return false;
        ulong tag = Varint();
        (Field, Number, HasContent) = ((int)Math.Min(tag >> 3, int.MaxValue), 0, false);
        Content = default;
        if (Field == 0) throw new FormatException("A field has the number 0.");
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Take(sizeof(ulong));
                break;
            case 2:
                Content = Take(Varint());
                HasContent = true;
                break;
            case 5:
                Take(sizeof(uint));
                break;
            default:
                throw new FormatException($"A field has the wire type {tag & 7}.");
        }

        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int i = 0; i < MostVarintBytes && i < _left.Length; i++)
        {
            value |= (ulong)(_left[i] & 0x7F) << (7 * i);
            if ((_left[i] & 0x80) != 0) continue;
            _left = _left[(i + 1)..];
            return value;
        }

        throw new FormatException("A number has no end.");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_left.Length) throw new FormatException($"A field of {count} bytes has {_left.Length} left.");
        ReadOnlySpan<byte> taken = _left[..(int)count];
        _left = _left[(int)count..];
        return taken;
    }
}
