using System.Buffers.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Events;

namespace Artorizer.Infrastructure.Redis;

/// <summary>A published event, as the scripts' function "publish" writes it: place, number and job, each before a space, then the event.</summary>
internal static class EventMessage
{
    /// <summary>Reads a message; <see langword="false"/> if something else was published on the channel.</summary>
    /// <param name="message">The message.</param>
    /// <param name="place">Its place among all events.</param>
    /// <param name="jobEvent">The event, with number 0 if its job is not known.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, out long place, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out JobEvent? jobEvent)
    {
        jobEvent = null;
        if (!TryReadNumber(ref message, out place) || !TryReadNumber(ref message, out var sequence))
        {
            return false;
        }

        var end = message.IndexOf((byte)' ');
        if (end <= 0)
        {
            return false;
        }

        var jobId = System.Text.Encoding.UTF8.GetString(message[..end]);
        try
        {
            jobEvent = StoredEvent.Read(jobId, sequence, message[(end + 1)..]);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> message, out long number)
    {
        if (!Utf8Parser.TryParse(message, out number, out var length) || length >= message.Length || message[length] != ' ')
        {
            return false;
        }

        message = message[(length + 1)..];
        return true;
    }
}
