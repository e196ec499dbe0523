using System.Reflection;

namespace Artorizer.UnitTests.Loops;

/// <summary>An interface whose calls are all answered by one function, which is given the method's name.</summary>
public class Answering : DispatchProxy
{
    private Func<string, object?> _answer = _ => null;

    public static T As<T>(Func<string, object?> answer)
        where T : class
    {
        var proxy = Create<T, Answering>();
        ((Answering)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name);
}
