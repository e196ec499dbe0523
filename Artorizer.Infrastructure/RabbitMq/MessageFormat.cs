using System.Globalization;
using System.Text;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs.Queue;
using RabbitMQ.Client;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>
/// A message on the broker: the data are the body, byte for byte; everything else is headers, of which the properties that
/// other readers look at are a copy.
/// </summary>
internal static class MessageFormat
{
    public const string JobId = "artorizer-job-id";
    public const string TaskId = "artorizer-task-id";
    public const string Type = "artorizer-type";
    public const string Owner = "artorizer-owner";
    public const string Attempts = "artorizer-attempts";
    public const string SubmittedAt = "artorizer-submitted-at";
    public const string DataFormat = "artorizer-data-format";
    public const string Submission = "artorizer-traceparent";
    public const string Deliveries = "artorizer-deliveries";
    public const string DeadReason = "artorizer-dead-reason";
    public const string DeadAt = "artorizer-dead-at";

    /// <summary>Changes with each hop, as W3C Trace Context has it; <see cref="Submission"/> stays.</summary>
    public const string TraceParent = "traceparent";

    // AMQP 0-9-1: a short string has up to 255 bytes.
    private const int ShortString = 255;
    private const int LongestReason = 4000;

    // What a stranger may have put there must not make a frame too long for the broker.
    private const int KeptHeaders = 32;
    private const int KeptHeaderBytes = 1024;

    /// <summary>The message as it is sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="deliveries">How often it was handed out before.</param>
    /// <param name="traceParent">Of the sender's span, where the client library does not add its own.</param>
    public static BasicProperties Write(QueueMessage message, int deliveries, string? traceParent)
    {
        var headers = new Dictionary<string, object?>
        {
            [JobId] = message.JobId,
            [TaskId] = message.TaskId,
            [Type] = message.Type,
            [Owner] = message.Owner,
            [Attempts] = message.Attempts,
            [SubmittedAt] = Text(message.SubmittedAt),
            [DataFormat] = message.Data.Format,
            [Deliveries] = deliveries,
        };
        if (message.TraceParent is { } submission)
        {
            headers[Submission] = submission;
        }

        if ((traceParent ?? message.TraceParent) is { } current)
        {
            headers[TraceParent] = current;
        }

        return new BasicProperties
        {
            Persistent = true,
            Priority = (byte)Math.Clamp(message.Priority, 0, 9),
            ContentType = message.Data.Format switch
            {
                Payload.Json => "application/json",
                Payload.MessagePack => "application/msgpack",
                _ => "application/octet-stream",
            },
            MessageId = Short(message.JobId),
            Type = Short(message.Type),
            Timestamp = new AmqpTimestamp(message.SubmittedAt.ToUnixTimeSeconds()),
            AppId = "artorizer",
            Headers = headers,
        };
    }

    /// <summary>Adds what makes a message a dead letter.</summary>
    public static BasicProperties Bury(BasicProperties properties, string reason, DateTimeOffset deadAt)
    {
        properties.Headers![DeadReason] = reason.Length > LongestReason ? reason[..LongestReason] : reason;
        properties.Headers[DeadAt] = Text(deadAt);
        return properties;
    }

    /// <summary>What cannot be read, as it goes to the dead letters: with an id to remove it by, and the headers that are short.</summary>
    public static BasicProperties KeepUnreadable(IReadOnlyBasicProperties properties)
    {
        var headers = new Dictionary<string, object?>();
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>())
        {
            if (headers.Count < KeptHeaders && name.Length < ShortString / 4
                && value is null or bool or int or long or byte[] { Length: <= KeptHeaderBytes })
            {
                headers[name] = value;
            }
        }

        headers[JobId] = TextOrNull(headers, JobId) is { Length: > 0 } id ? id : $"unreadable-{Guid.CreateVersion7()}";
        return new BasicProperties
        {
            Persistent = true,
            ContentType = properties.IsContentTypePresent() ? properties.ContentType : null,
            MessageId = properties.IsMessageIdPresent() ? properties.MessageId : null,
            Headers = headers,
        };
    }

    /// <summary>The message, and how often it was handed out before it was sent.</summary>
    /// <exception cref="FormatException">It is none of ours.</exception>
    public static (QueueMessage Message, int Deliveries) Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var headers = properties.Headers ?? throw new FormatException("It has no headers.");
        var message = new QueueMessage
        {
            JobId = RequiredText(headers, JobId),
            TaskId = Number(headers, TaskId),
            Type = RequiredText(headers, Type),
            Owner = TextOrNull(headers, Owner) ?? throw Missing(Owner),
            Priority = properties.IsPriorityPresent() ? properties.Priority : 0,
            Data = new Payload(RequiredText(headers, DataFormat), body),
            Attempts = Number(headers, Attempts),
            SubmittedAt = Time(headers, SubmittedAt),
            TraceParent = TextOrNull(headers, Submission),
        };
        return (message, Number(headers, Deliveries));
    }

    /// <summary>A dead letter. One that holds no readable message shows the body as it is, under the id that it was given.</summary>
    public static DeadLetter ReadDead(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        QueueMessage message;
        try
        {
            (message, _) = Read(properties, body);
        }
        catch (FormatException)
        {
            message = new QueueMessage
            {
                JobId = DeadJobId(properties),
                TaskId = 0,
                Type = "",
                Owner = "",
                Priority = 0,
                Data = new Payload(Payload.Binary, body),
            };
        }

        var deadAt = DateTimeOffset.TryParse(
            TextOrNull(headers, DeadAt), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : message.SubmittedAt;
        return new DeadLetter(message, TextOrNull(headers, DeadReason) ?? "", deadAt);
    }

    /// <summary>Whose dead letter it is.</summary>
    public static string DeadJobId(IReadOnlyBasicProperties properties) =>
        TextOrNull(properties.Headers ?? new Dictionary<string, object?>(), JobId) ?? "";

    /// <summary>A count that the broker or we have put in a header; 0 without one.</summary>
    public static int Count(IReadOnlyBasicProperties properties, string name) => properties.Headers?.TryGetValue(name, out var value) == true
        ? value switch
        {
            int number => number,
            long number => (int)Math.Clamp(number, 0, int.MaxValue),
            _ => 0,
        }
        : 0;

    private static string? Short(string text) => Encoding.UTF8.GetByteCount(text) <= ShortString ? text : null;

    private static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static string? TextOrNull(IDictionary<string, object?> headers, string name) => headers.TryGetValue(name, out var value)
        ? value switch
        {
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            string text => text,
            _ => null,
        }
        : null;

    private static string RequiredText(IDictionary<string, object?> headers, string name) =>
        TextOrNull(headers, name) is { Length: > 0 } text ? text : throw Missing(name);

    private static int Number(IDictionary<string, object?> headers, string name) => headers.TryGetValue(name, out var value)
        ? value switch
        {
            int number => number,
            long and >= 0 and <= int.MaxValue => (int)(long)value,
            _ => throw new FormatException($"Its header {name} is no number."),
        }
        : throw Missing(name);

    private static DateTimeOffset Time(IDictionary<string, object?> headers, string name) =>
        DateTimeOffset.TryParse(RequiredText(headers, name), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            ? time
            : throw new FormatException($"Its header {name} is no time.");

    private static FormatException Missing(string name) => new($"Its header {name} is missing.");
}
