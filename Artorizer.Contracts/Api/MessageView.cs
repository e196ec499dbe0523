namespace Artorizer.Contracts.Api;

/// <summary>An answer that is only a sentence, such as <c>Task deleted</c>.</summary>
/// <param name="Message">The sentence.</param>
public sealed record MessageView(string Message);
