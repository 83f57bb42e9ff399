"""Equations of No costimulation loop. Written by `make kernels` from model/no_costimulation.toml; not to be edited."""
# ruff: noqa
# fmt: off
# mypy: ignore-errors

import math

EQUATIONS = "ab7965b371e4ef51"
STATES = ('A1', 'A2', 'P', 'N', 'M', 'G', 'X', 'Ta', 'Tm', 'S', 'Ab', 'D')
VALUES = ('CL', 'V1', 'Q', 'V2', 'CLT', 'kmax', 'EC50', 'kP', 'fP', 'kN', 'N0', 'M0', 'kM', 'fM', 'fG', 'kG', 'rM', 'K', 'n', 'kX', 'x0', 'kT', 'bT', 'kTM', 'kS', 'kAb', 'fLL', 'kD', 'wT', 's40', 's80', 'f40L', 's40L', 'f69', 's69', 'fICOS', 'sICOS', 'Ab0', 'SLEDAI0')
PARAMETERS = 29
OUTPUTS = ('drug', 'cd19', 'naive', 'memory', 'cd40', 'cd80', 'cd40l', 'cd69', 'icos', 'anti_dsdna', 'sledai')


def rates(y, p, infusion, dy):
    A1 = y[0]
    A2 = y[1]
    P = y[2]
    N = y[3]
    M = y[4]
    G = y[5]
    X = y[6]
    Ta = y[7]
    Tm = y[8]
    S = y[9]
    Ab = y[10]
    D = y[11]
    CL = p[0]
    V1 = p[1]
    Q = p[2]
    V2 = p[3]
    CLT = p[4]
    kmax = p[5]
    EC50 = p[6]
    kP = p[7]
    fP = p[8]
    kN = p[9]
    N0 = p[10]
    M0 = p[11]
    kM = p[12]
    fM = p[13]
    fG = p[14]
    kG = p[15]
    rM = p[16]
    K = p[17]
    n = p[18]
    kX = p[19]
    x0 = p[20]
    kT = p[21]
    bT = p[22]
    kTM = p[23]
    kS = p[24]
    kAb = p[25]
    fLL = p[26]
    kD = p[27]
    wT = p[28]
    B = (N + M)/(N0 + M0)
    C = A1/V1
    _3 = Q*C
    _4 = Q*A2/V2
    dy[0] = infusion - (CL + CLT*B)*C - _3 + _4
    dy[1] = _3 - _4
    kill = kmax*C/(EC50 + C)
    dy[2] = kP*(1.0 - P) - fP*kill*P
    dy[3] = kN*(N0*P - N) - kill*N
    dy[4] = kM*(M0*(N/N0) - M) - fM*kill*M
    dy[5] = kG*(rM*M/M0 + (1.0 - rM)*N/N0 - G) - fG*kill*G
    if n == 2.0:
        _6 = G*G
    elif n == 1.0:
        _6 = G
    elif n == 0.0:
        _6 = 1.0
    elif G > 0.0:
        _6 = G**n
    else:
        _6 = 0.0
    if n == 2.0:
        _7 = K*K
    elif n == 1.0:
        _7 = K
    elif n == 0.0:
        _7 = 1.0
    elif K > 0.0:
        _7 = K**n
    else:
        _7 = 0.0
    _8 = _6*(1.0 + _7)/(_7 + _6)
    dy[6] = kX*(x0 + (1.0 - x0)*_8 - X)
    dy[7] = kT*(bT + (1.0 - bT)*_8 - Ta)
    dy[8] = kTM*(Ta - Tm)
    dy[9] = kS*(G*Tm - S)
    dy[10] = kAb*((1.0 - fLL)*S + fLL - Ab)
    dy[11] = kD*(wT*Ta + (1.0 - wT)*Ab - D)


def jacobian(y, p, infusion, J):
    J[:, :] = 0.0
    A1 = y[0]
    P = y[2]
    N = y[3]
    M = y[4]
    G = y[5]
    Tm = y[8]
    CL = p[0]
    V1 = p[1]
    Q = p[2]
    V2 = p[3]
    CLT = p[4]
    kmax = p[5]
    EC50 = p[6]
    kP = p[7]
    fP = p[8]
    kN = p[9]
    N0 = p[10]
    M0 = p[11]
    kM = p[12]
    fM = p[13]
    fG = p[14]
    kG = p[15]
    rM = p[16]
    K = p[17]
    n = p[18]
    kX = p[19]
    x0 = p[20]
    kT = p[21]
    bT = p[22]
    kTM = p[23]
    kS = p[24]
    kAb = p[25]
    fLL = p[26]
    kD = p[27]
    wT = p[28]
    _1 = N0 + M0
    B = (N + M)/_1
    _3 = 1.0/V1
    _4 = Q*_3
    J[0, 0] = -((CL + CLT*B)*_3) - _4
    _5 = Q/V2
    J[0, 1] = _5
    C = A1/V1
    _7 = -(CLT*(1.0/_1)*C)
    J[0, 3] = _7
    J[0, 4] = _7
    J[1, 0] = _4
    J[1, 1] = -_5
    _8 = EC50 + C
    kill = kmax*C/_8
    _10 = (kmax*_3 - kill*_3)/_8
    J[2, 0] = -(fP*_10*P)
    J[2, 2] = -kP - fP*kill
    J[3, 0] = -(_10*N)
    J[3, 2] = kN*N0
    J[3, 3] = -kN - kill
    J[4, 0] = -(fM*_10*M)
    J[4, 3] = kM*(M0*(1.0/N0))
    J[4, 4] = -kM - fM*kill
    J[5, 0] = -(fG*_10*G)
    J[5, 3] = kG*((1.0 - rM)/N0)
    J[5, 4] = kG*(rM/M0)
    J[5, 5] = -kG - fG*kill
    _11 = n - 1.0
    if _11 == 2.0:
        _12 = G*G
    elif _11 == 1.0:
        _12 = G
    elif _11 == 0.0:
        _12 = 1.0
    elif G > 0.0:
        _12 = G**_11
    else:
        _12 = 0.0
    _13 = n*_12
    if n == 2.0:
        _14 = K*K
    elif n == 1.0:
        _14 = K
    elif n == 0.0:
        _14 = 1.0
    elif K > 0.0:
        _14 = K**n
    else:
        _14 = 0.0
    _15 = 1.0 + _14
    if n == 2.0:
        _16 = G*G
    elif n == 1.0:
        _16 = G
    elif n == 0.0:
        _16 = 1.0
    elif G > 0.0:
        _16 = G**n
    else:
        _16 = 0.0
    _17 = _14 + _16
    _18 = (_13*_15 - _16*_15/_17*_13)/_17
    J[6, 5] = kX*((1.0 - x0)*_18)
    J[6, 6] = -kX
    J[7, 5] = kT*((1.0 - bT)*_18)
    J[7, 7] = -kT
    J[8, 7] = kTM
    J[8, 8] = -kTM
    J[9, 5] = kS*Tm
    J[9, 8] = kS*G
    J[9, 9] = -kS
    J[10, 9] = kAb*(1.0 - fLL)
    J[10, 10] = -kAb
    J[11, 7] = kD*wT
    J[11, 10] = kD*(1.0 - wT)
    J[11, 11] = -kD


def by_parameters(y, p, infusion, dp):
    dp[:, :] = 0.0
    A1 = y[0]
    A2 = y[1]
    P = y[2]
    N = y[3]
    M = y[4]
    G = y[5]
    X = y[6]
    Ta = y[7]
    Tm = y[8]
    S = y[9]
    Ab = y[10]
    D = y[11]
    CL = p[0]
    V1 = p[1]
    Q = p[2]
    V2 = p[3]
    CLT = p[4]
    kmax = p[5]
    EC50 = p[6]
    fP = p[8]
    kN = p[9]
    N0 = p[10]
    M0 = p[11]
    kM = p[12]
    fM = p[13]
    fG = p[14]
    kG = p[15]
    rM = p[16]
    K = p[17]
    n = p[18]
    kX = p[19]
    x0 = p[20]
    kT = p[21]
    bT = p[22]
    kAb = p[25]
    fLL = p[26]
    kD = p[27]
    wT = p[28]
    C = A1/V1
    _2 = -C
    dp[0, 0] = _2
    _3 = N0 + M0
    B = (N + M)/_3
    _5 = C/V1
    _6 = Q*_5
    dp[0, 1] = (CL + CLT*B)*_5 + _6
    _7 = A2/V2
    dp[0, 2] = _2 + _7
    _8 = Q*A2/V2/V2
    dp[0, 3] = -_8
    dp[0, 4] = -(B*C)
    _9 = CLT*(B/_3)*C
    dp[0, 10] = _9
    dp[0, 11] = _9
    dp[1, 1] = -_6
    dp[1, 2] = C - _7
    dp[1, 3] = _8
    _10 = EC50 + C
    kill = kmax*C/_10
    _12 = (-(kmax*_5) + kill*_5)/_10
    dp[2, 1] = -(fP*_12*P)
    _13 = C/_10
    dp[2, 5] = -(fP*_13*P)
    _14 = kill/_10
    dp[2, 6] = fP*_14*P
    dp[2, 7] = 1.0 - P
    dp[2, 8] = -(kill*P)
    dp[3, 1] = -(_12*N)
    dp[3, 5] = -(_13*N)
    dp[3, 6] = _14*N
    dp[3, 9] = N0*P - N
    dp[3, 10] = kN*P
    dp[4, 1] = -(fM*_12*M)
    dp[4, 5] = -(fM*_13*M)
    dp[4, 6] = fM*_14*M
    _15 = N/N0
    dp[4, 10] = -(kM*(M0*(_15/N0)))
    dp[4, 11] = kM*_15
    dp[4, 12] = M0*_15 - M
    dp[4, 13] = -(kill*M)
    dp[5, 1] = -(fG*_12*G)
    dp[5, 5] = -(fG*_13*G)
    dp[5, 6] = fG*_14*G
    _16 = (1.0 - rM)*N/N0
    dp[5, 10] = -(kG*(_16/N0))
    _17 = rM*M/M0
    dp[5, 11] = -(kG*(_17/M0))
    dp[5, 14] = -(kill*G)
    dp[5, 15] = _17 + _16 - G
    dp[5, 16] = kG*(M/M0 - _15)
    _18 = 1.0 - x0
    if n == 2.0:
        _19 = G*G
    elif n == 1.0:
        _19 = G
    elif n == 0.0:
        _19 = 1.0
    elif G > 0.0:
        _19 = G**n
    else:
        _19 = 0.0
    _20 = n - 1.0
    if _20 == 2.0:
        _21 = K*K
    elif _20 == 1.0:
        _21 = K
    elif _20 == 0.0:
        _21 = 1.0
    elif K > 0.0:
        _21 = K**_20
    else:
        _21 = 0.0
    _22 = n*_21
    if n == 2.0:
        _23 = K*K
    elif n == 1.0:
        _23 = K
    elif n == 0.0:
        _23 = 1.0
    elif K > 0.0:
        _23 = K**n
    else:
        _23 = 0.0
    _24 = 1.0 + _23
    _25 = _23 + _19
    _26 = _19*_24/_25
    _27 = (_19*_22 - _26*_22)/_25
    dp[6, 17] = kX*(_18*_27)
    if G <= 0.0:
        _28 = 0.0
    elif n == 2.0:
        _28 = G*G*math.log(G)
    elif n == 1.0:
        _28 = G*math.log(G)
    elif n == 0.0:
        _28 = math.log(G)
    else:
        _28 = G**n*math.log(G)
    if K <= 0.0:
        _29 = 0.0
    elif n == 2.0:
        _29 = K*K*math.log(K)
    elif n == 1.0:
        _29 = K*math.log(K)
    elif n == 0.0:
        _29 = math.log(K)
    else:
        _29 = K**n*math.log(K)
    _30 = (_28*_24 + _19*_29 - _26*(_29 + _28))/_25
    dp[6, 18] = kX*(_18*_30)
    dp[6, 19] = x0 + _18*_26 - X
    _31 = 1.0 - _26
    dp[6, 20] = kX*_31
    _32 = 1.0 - bT
    dp[7, 17] = kT*(_32*_27)
    dp[7, 18] = kT*(_32*_30)
    dp[7, 21] = bT + _32*_26 - Ta
    dp[7, 22] = kT*_31
    dp[8, 23] = Ta - Tm
    dp[9, 24] = G*Tm - S
    dp[10, 25] = (1.0 - fLL)*S + fLL - Ab
    dp[10, 26] = kAb*(-S + 1.0)
    dp[11, 27] = wT*Ta + (1.0 - wT)*Ab - D
    dp[11, 28] = kD*(Ta - Ab)


def outputs(y, p, out):
    A1 = y[0]
    N = y[3]
    M = y[4]
    X = y[6]
    Ta = y[7]
    Tm = y[8]
    Ab = y[10]
    D = y[11]
    V1 = p[1]
    s40 = p[29]
    s80 = p[30]
    f40L = p[31]
    s40L = p[32]
    f69 = p[33]
    s69 = p[34]
    fICOS = p[35]
    sICOS = p[36]
    Ab0 = p[37]
    SLEDAI0 = p[38]
    C = A1/V1
    out[0] = C
    out[1] = N + M
    out[2] = N
    out[3] = M
    _2 = X - 1.0
    out[4] = 1.0 + s40*_2
    out[5] = 1.0 + s80*_2
    _3 = Ta - 1.0
    out[6] = f40L*(1.0 + s40L*_3)
    out[7] = f69*(1.0 + s69*_3)
    out[8] = fICOS*(1.0 + sICOS*(Tm - 1.0))
    out[9] = Ab0*Ab
    out[10] = SLEDAI0*D


def outputs_by_states(y, p, out):
    out[:, :] = 0.0
    V1 = p[1]
    s40 = p[29]
    s80 = p[30]
    f40L = p[31]
    s40L = p[32]
    f69 = p[33]
    s69 = p[34]
    fICOS = p[35]
    sICOS = p[36]
    Ab0 = p[37]
    SLEDAI0 = p[38]
    out[0, 0] = 1.0/V1
    out[1, 3] = 1.0
    out[1, 4] = 1.0
    out[2, 3] = 1.0
    out[3, 4] = 1.0
    out[4, 6] = s40
    out[5, 6] = s80
    out[6, 7] = f40L*s40L
    out[7, 7] = f69*s69
    out[8, 8] = fICOS*sICOS
    out[9, 10] = Ab0
    out[10, 11] = SLEDAI0


def outputs_by_values(y, p, out):
    out[:, :] = 0.0
    A1 = y[0]
    X = y[6]
    Ta = y[7]
    Tm = y[8]
    Ab = y[10]
    D = y[11]
    V1 = p[1]
    f40L = p[31]
    s40L = p[32]
    f69 = p[33]
    s69 = p[34]
    fICOS = p[35]
    sICOS = p[36]
    C = A1/V1
    out[0, 1] = -(C/V1)
    _2 = X - 1.0
    out[4, 29] = _2
    out[5, 30] = _2
    _3 = Ta - 1.0
    out[6, 31] = 1.0 + s40L*_3
    out[6, 32] = f40L*_3
    out[7, 33] = 1.0 + s69*_3
    out[7, 34] = f69*_3
    _4 = Tm - 1.0
    out[8, 35] = 1.0 + sICOS*_4
    out[8, 36] = fICOS*_4
    out[9, 37] = Ab
    out[10, 38] = D


def baseline(p, y):
    N0 = p[10]
    M0 = p[11]
    y[0] = 0.0
    y[1] = 0.0
    y[2] = 1.0
    y[3] = N0
    y[4] = M0
    y[5] = 1.0
    y[6] = 1.0
    y[7] = 1.0
    y[8] = 1.0
    y[9] = 1.0
    y[10] = 1.0
    y[11] = 1.0


def baseline_by_parameters(p, dp):
    dp[:, :] = 0.0
    dp[3, 10] = 1.0
    dp[4, 11] = 1.0


def at_dose(p, y):
    pass


def at_dose_by_states(p, y, J):
    J[:, :] = 0.0
    J[0, 0] = 1.0
    J[1, 1] = 1.0
    J[2, 2] = 1.0
    J[3, 3] = 1.0
    J[4, 4] = 1.0
    J[5, 5] = 1.0
    J[6, 6] = 1.0
    J[7, 7] = 1.0
    J[8, 8] = 1.0
    J[9, 9] = 1.0
    J[10, 10] = 1.0
    J[11, 11] = 1.0


def at_dose_by_parameters(p, y, dp):
    dp[:, :] = 0.0
