namespace MessagePack;

public class MessagePackSecurity
{
    public static readonly MessagePackSecurity TrustedData = new();

    public static readonly MessagePackSecurity UntrustedData = new() { HashCollisionResistant = true };

    private MessagePackSecurity()
    {
    }

    protected MessagePackSecurity(MessagePackSecurity copyFrom)
    {
        ArgumentNullException.ThrowIfNull(copyFrom);
        HashCollisionResistant = copyFrom.HashCollisionResistant;
        MaximumObjectGraphDepth = copyFrom.MaximumObjectGraphDepth;
    }

    public bool HashCollisionResistant { get; private set; }

    public int MaximumObjectGraphDepth { get; private set; } = 500;

    public MessagePackSecurity WithMaximumObjectGraphDepth(int maximumObjectGraphDepth)
    {
        var clone = Clone();
        clone.MaximumObjectGraphDepth = maximumObjectGraphDepth;
        return clone;
    }

    public MessagePackSecurity WithHashCollisionResistant(bool hashCollisionResistant)
    {
        var clone = Clone();
        clone.HashCollisionResistant = hashCollisionResistant;
        return clone;
    }

    public void DepthStep(ref MessagePackReader reader)
    {
        if (reader.Depth >= MaximumObjectGraphDepth)
        {
            throw new InsufficientExecutionStackException(
                $"This msgpack sequence has an object graph that exceeds the maximum depth allowed of {MaximumObjectGraphDepth}.");
        }

        reader.Depth++;
    }

    protected virtual MessagePackSecurity Clone() => new(this);
}
