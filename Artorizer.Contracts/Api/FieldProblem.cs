namespace Artorizer.Contracts.Api;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">The field.</param>
/// <param name="Code">A stable code, such as <c>missing_field</c>.</param>
/// <param name="Message">What is wrong with it and what it must be.</param>
public sealed record FieldProblem(string Field, string Code, string Message);
