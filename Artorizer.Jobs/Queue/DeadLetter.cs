namespace Artorizer.Jobs.Queue;

/// <summary>A message that was given up.</summary>
/// <param name="Message">The message as it was last delivered.</param>
/// <param name="Reason">Code and sentence.</param>
/// <param name="DeadAt">When it was given up.</param>
public sealed record DeadLetter(QueueMessage Message, string Reason, DateTimeOffset DeadAt);
