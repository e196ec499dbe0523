using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer leaves one message.</summary>
public abstract class SerializationContext
{
    /// <summary>Takes the whole message as an array.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>Gives a buffer to write the message to, followed by <see cref="Complete()"/>.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>Says how many bytes will be written, so that nothing need be buffered.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>Ends what was written to the buffer writer.</summary>
    public virtual void Complete() => throw new NotSupportedException();
}
