namespace Grpc.Core;

/// <summary>Adds headers to a call, for instance an authorization token.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

/// <summary>The call that credentials are asked for.</summary>
public class AuthInterceptorContext
{
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceUrl);
        ArgumentNullException.ThrowIfNull(methodName);
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    public string ServiceUrl { get; }

    public string MethodName { get; }

    public CancellationToken CancellationToken { get; }
}

/// <summary>Credentials of a call.</summary>
public abstract class CallCredentials
{
    internal abstract IEnumerable<AsyncAuthInterceptor> Interceptors { get; }

    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return new InterceptorCredentials([.. credentials.SelectMany(credential => credential.Interceptors)]);
    }

    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new InterceptorCredentials([interceptor]);
    }

    private sealed class InterceptorCredentials(AsyncAuthInterceptor[] interceptors) : CallCredentials
    {
        internal override IEnumerable<AsyncAuthInterceptor> Interceptors => interceptors;
    }
}
