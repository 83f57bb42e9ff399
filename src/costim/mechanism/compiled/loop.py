"""Equations of Costimulation loop. Written by `make kernels` from model/loop.toml; not to be edited."""
# ruff: noqa
# fmt: off
# mypy: ignore-errors

import math

EQUATIONS = "291ed1ab12df660a"
STATES = ('A1', 'A2', 'P', 'N', 'M', 'G', 'X', 'Ta', 'Tm', 'S', 'Ab', 'D')
VALUES = ('CL', 'V1', 'Q', 'V2', 'CLT', 'kmax', 'EC50', 'kP', 'fP', 'kN', 'N0', 'M0', 'kM', 'fM', 'g', 'fG', 'kG', 'rM', 'K', 'n', 'kX', 'x0', 'kT', 'bT', 'kTM', 'kS', 'kAb', 'fLL', 'kD', 'wT', 's40', 's80', 'f40L', 's40L', 'f69', 's69', 'fICOS', 'sICOS', 'Ab0', 'SLEDAI0')
PARAMETERS = 30
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
    g = p[14]
    fG = p[15]
    kG = p[16]
    rM = p[17]
    K = p[18]
    n = p[19]
    kX = p[20]
    x0 = p[21]
    kT = p[22]
    bT = p[23]
    kTM = p[24]
    kS = p[25]
    kAb = p[26]
    fLL = p[27]
    kD = p[28]
    wT = p[29]
    B = (N + M)/(N0 + M0)
    C = A1/V1
    _3 = Q*C
    _4 = Q*A2/V2
    dy[0] = infusion - (CL + CLT*B)*C - _3 + _4
    dy[1] = _3 - _4
    kill = kmax*C/(EC50 + C)
    dy[2] = kP*(1.0 - P) - fP*kill*P
    dy[3] = kN*(N0*P - N) - kill*N
    if g == 2.0:
        _6 = Tm*Tm
    elif g == 1.0:
        _6 = Tm
    elif g == 0.0:
        _6 = 1.0
    elif Tm > 0.0:
        _6 = Tm**g
    else:
        _6 = 0.0
    dy[4] = kM*(M0*(N/N0)*_6 - M) - fM*kill*M
    if n == 2.0:
        _7 = Tm*Tm
    elif n == 1.0:
        _7 = Tm
    elif n == 0.0:
        _7 = 1.0
    elif Tm > 0.0:
        _7 = Tm**n
    else:
        _7 = 0.0
    if n == 2.0:
        _8 = K*K
    elif n == 1.0:
        _8 = K
    elif n == 0.0:
        _8 = 1.0
    elif K > 0.0:
        _8 = K**n
    else:
        _8 = 0.0
    _9 = 1.0 + _8
    dy[5] = kG*((rM*M/M0 + (1.0 - rM)*N/N0)*(_7*_9/(_8 + _7)) - G) - fG*kill*G
    _10 = (G + Ta)/2.0
    if n == 2.0:
        _11 = _10*_10
    elif n == 1.0:
        _11 = _10
    elif n == 0.0:
        _11 = 1.0
    elif _10 > 0.0:
        _11 = _10**n
    else:
        _11 = 0.0
    dy[6] = kX*(x0 + (1.0 - x0)*(_11*_9/(_8 + _11)) - X)
    _12 = G*X
    if n == 2.0:
        _13 = _12*_12
    elif n == 1.0:
        _13 = _12
    elif n == 0.0:
        _13 = 1.0
    elif _12 > 0.0:
        _13 = _12**n
    else:
        _13 = 0.0
    dy[7] = kT*(bT + (1.0 - bT)*(_13*_9/(_8 + _13)) - Ta)
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
    X = y[6]
    Ta = y[7]
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
    g = p[14]
    fG = p[15]
    kG = p[16]
    rM = p[17]
    K = p[18]
    n = p[19]
    kX = p[20]
    x0 = p[21]
    kT = p[22]
    bT = p[23]
    kTM = p[24]
    kS = p[25]
    kAb = p[26]
    fLL = p[27]
    kD = p[28]
    wT = p[29]
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
    if g == 2.0:
        _11 = Tm*Tm
    elif g == 1.0:
        _11 = Tm
    elif g == 0.0:
        _11 = 1.0
    elif Tm > 0.0:
        _11 = Tm**g
    else:
        _11 = 0.0
    J[4, 3] = kM*(M0*(1.0/N0)*_11)
    J[4, 4] = -kM - fM*kill
    _12 = g - 1.0
    if _12 == 2.0:
        _13 = Tm*Tm
    elif _12 == 1.0:
        _13 = Tm
    elif _12 == 0.0:
        _13 = 1.0
    elif Tm > 0.0:
        _13 = Tm**_12
    else:
        _13 = 0.0
    J[4, 8] = kM*(M0*(N/N0)*(g*_13))
    J[5, 0] = -(fG*_10*G)
    _14 = 1.0 - rM
    if n == 2.0:
        _15 = Tm*Tm
    elif n == 1.0:
        _15 = Tm
    elif n == 0.0:
        _15 = 1.0
    elif Tm > 0.0:
        _15 = Tm**n
    else:
        _15 = 0.0
    if n == 2.0:
        _16 = K*K
    elif n == 1.0:
        _16 = K
    elif n == 0.0:
        _16 = 1.0
    elif K > 0.0:
        _16 = K**n
    else:
        _16 = 0.0
    _17 = 1.0 + _16
    _18 = _16 + _15
    _19 = _15*_17/_18
    J[5, 3] = kG*(_14/N0*_19)
    J[5, 4] = kG*(rM/M0*_19)
    J[5, 5] = -kG - fG*kill
    _20 = n - 1.0
    if _20 == 2.0:
        _21 = Tm*Tm
    elif _20 == 1.0:
        _21 = Tm
    elif _20 == 0.0:
        _21 = 1.0
    elif Tm > 0.0:
        _21 = Tm**_20
    else:
        _21 = 0.0
    _22 = n*_21
    J[5, 8] = kG*((rM*M/M0 + _14*N/N0)*((_22*_17 - _19*_22)/_18))
    _23 = (G + Ta)/2.0
    if _20 == 2.0:
        _24 = _23*_23
    elif _20 == 1.0:
        _24 = _23
    elif _20 == 0.0:
        _24 = 1.0
    elif _23 > 0.0:
        _24 = _23**_20
    else:
        _24 = 0.0
    _25 = n*_24*0.5
    if n == 2.0:
        _26 = _23*_23
    elif n == 1.0:
        _26 = _23
    elif n == 0.0:
        _26 = 1.0
    elif _23 > 0.0:
        _26 = _23**n
    else:
        _26 = 0.0
    _27 = _16 + _26
    _28 = kX*((1.0 - x0)*((_25*_17 - _26*_17/_27*_25)/_27))
    J[6, 5] = _28
    J[6, 6] = -kX
    J[6, 7] = _28
    _29 = 1.0 - bT
    _30 = G*X
    if _20 == 2.0:
        _31 = _30*_30
    elif _20 == 1.0:
        _31 = _30
    elif _20 == 0.0:
        _31 = 1.0
    elif _30 > 0.0:
        _31 = _30**_20
    else:
        _31 = 0.0
    _32 = n*_31
    _33 = _32*X
    if n == 2.0:
        _34 = _30*_30
    elif n == 1.0:
        _34 = _30
    elif n == 0.0:
        _34 = 1.0
    elif _30 > 0.0:
        _34 = _30**n
    else:
        _34 = 0.0
    _35 = _16 + _34
    _36 = _34*_17/_35
    J[7, 5] = kT*(_29*((_33*_17 - _36*_33)/_35))
    _37 = _32*G
    J[7, 6] = kT*(_29*((_37*_17 - _36*_37)/_35))
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
    g = p[14]
    fG = p[15]
    kG = p[16]
    rM = p[17]
    K = p[18]
    n = p[19]
    kX = p[20]
    x0 = p[21]
    kT = p[22]
    bT = p[23]
    kAb = p[26]
    fLL = p[27]
    kD = p[28]
    wT = p[29]
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
    if g == 2.0:
        _16 = Tm*Tm
    elif g == 1.0:
        _16 = Tm
    elif g == 0.0:
        _16 = 1.0
    elif Tm > 0.0:
        _16 = Tm**g
    else:
        _16 = 0.0
    dp[4, 10] = -(kM*(M0*(_15/N0)*_16))
    dp[4, 11] = kM*(_15*_16)
    _17 = M0*_15
    dp[4, 12] = _17*_16 - M
    dp[4, 13] = -(kill*M)
    if Tm <= 0.0:
        _18 = 0.0
    elif g == 2.0:
        _18 = Tm*Tm*math.log(Tm)
    elif g == 1.0:
        _18 = Tm*math.log(Tm)
    elif g == 0.0:
        _18 = math.log(Tm)
    else:
        _18 = Tm**g*math.log(Tm)
    dp[4, 14] = kM*(_17*_18)
    dp[5, 1] = -(fG*_12*G)
    dp[5, 5] = -(fG*_13*G)
    dp[5, 6] = fG*_14*G
    _19 = (1.0 - rM)*N/N0
    if n == 2.0:
        _20 = Tm*Tm
    elif n == 1.0:
        _20 = Tm
    elif n == 0.0:
        _20 = 1.0
    elif Tm > 0.0:
        _20 = Tm**n
    else:
        _20 = 0.0
    if n == 2.0:
        _21 = K*K
    elif n == 1.0:
        _21 = K
    elif n == 0.0:
        _21 = 1.0
    elif K > 0.0:
        _21 = K**n
    else:
        _21 = 0.0
    _22 = 1.0 + _21
    _23 = _21 + _20
    _24 = _20*_22/_23
    dp[5, 10] = -(kG*(_19/N0*_24))
    _25 = rM*M/M0
    dp[5, 11] = -(kG*(_25/M0*_24))
    dp[5, 15] = -(kill*G)
    _26 = _25 + _19
    dp[5, 16] = _26*_24 - G
    dp[5, 17] = kG*((M/M0 - _15)*_24)
    _27 = n - 1.0
    if _27 == 2.0:
        _28 = K*K
    elif _27 == 1.0:
        _28 = K
    elif _27 == 0.0:
        _28 = 1.0
    elif K > 0.0:
        _28 = K**_27
    else:
        _28 = 0.0
    _29 = n*_28
    dp[5, 18] = kG*(_26*((_20*_29 - _24*_29)/_23))
    if Tm <= 0.0:
        _30 = 0.0
    elif n == 2.0:
        _30 = Tm*Tm*math.log(Tm)
    elif n == 1.0:
        _30 = Tm*math.log(Tm)
    elif n == 0.0:
        _30 = math.log(Tm)
    else:
        _30 = Tm**n*math.log(Tm)
    if K <= 0.0:
        _31 = 0.0
    elif n == 2.0:
        _31 = K*K*math.log(K)
    elif n == 1.0:
        _31 = K*math.log(K)
    elif n == 0.0:
        _31 = math.log(K)
    else:
        _31 = K**n*math.log(K)
    dp[5, 19] = kG*(_26*((_30*_22 + _20*_31 - _24*(_31 + _30))/_23))
    _32 = 1.0 - x0
    _33 = (G + Ta)/2.0
    if n == 2.0:
        _34 = _33*_33
    elif n == 1.0:
        _34 = _33
    elif n == 0.0:
        _34 = 1.0
    elif _33 > 0.0:
        _34 = _33**n
    else:
        _34 = 0.0
    _35 = _21 + _34
    _36 = _34*_22/_35
    dp[6, 18] = kX*(_32*((_34*_29 - _36*_29)/_35))
    if _33 <= 0.0:
        _37 = 0.0
    elif n == 2.0:
        _37 = _33*_33*math.log(_33)
    elif n == 1.0:
        _37 = _33*math.log(_33)
    elif n == 0.0:
        _37 = math.log(_33)
    else:
        _37 = _33**n*math.log(_33)
    dp[6, 19] = kX*(_32*((_37*_22 + _34*_31 - _36*(_31 + _37))/_35))
    dp[6, 20] = x0 + _32*_36 - X
    dp[6, 21] = kX*(1.0 - _36)
    _38 = 1.0 - bT
    _39 = G*X
    if n == 2.0:
        _40 = _39*_39
    elif n == 1.0:
        _40 = _39
    elif n == 0.0:
        _40 = 1.0
    elif _39 > 0.0:
        _40 = _39**n
    else:
        _40 = 0.0
    _41 = _21 + _40
    _42 = _40*_22/_41
    dp[7, 18] = kT*(_38*((_40*_29 - _42*_29)/_41))
    if _39 <= 0.0:
        _43 = 0.0
    elif n == 2.0:
        _43 = _39*_39*math.log(_39)
    elif n == 1.0:
        _43 = _39*math.log(_39)
    elif n == 0.0:
        _43 = math.log(_39)
    else:
        _43 = _39**n*math.log(_39)
    dp[7, 19] = kT*(_38*((_43*_22 + _40*_31 - _42*(_31 + _43))/_41))
    dp[7, 22] = bT + _38*_42 - Ta
    dp[7, 23] = kT*(1.0 - _42)
    dp[8, 24] = Ta - Tm
    dp[9, 25] = G*Tm - S
    dp[10, 26] = (1.0 - fLL)*S + fLL - Ab
    dp[10, 27] = kAb*(-S + 1.0)
    dp[11, 28] = wT*Ta + (1.0 - wT)*Ab - D
    dp[11, 29] = kD*(Ta - Ab)


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
    s40 = p[30]
    s80 = p[31]
    f40L = p[32]
    s40L = p[33]
    f69 = p[34]
    s69 = p[35]
    fICOS = p[36]
    sICOS = p[37]
    Ab0 = p[38]
    SLEDAI0 = p[39]
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
    s40 = p[30]
    s80 = p[31]
    f40L = p[32]
    s40L = p[33]
    f69 = p[34]
    s69 = p[35]
    fICOS = p[36]
    sICOS = p[37]
    Ab0 = p[38]
    SLEDAI0 = p[39]
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
    f40L = p[32]
    s40L = p[33]
    f69 = p[34]
    s69 = p[35]
    fICOS = p[36]
    sICOS = p[37]
    C = A1/V1
    out[0, 1] = -(C/V1)
    _2 = X - 1.0
    out[4, 30] = _2
    out[5, 31] = _2
    _3 = Ta - 1.0
    out[6, 32] = 1.0 + s40L*_3
    out[6, 33] = f40L*_3
    out[7, 34] = 1.0 + s69*_3
    out[7, 35] = f69*_3
    _4 = Tm - 1.0
    out[8, 36] = 1.0 + sICOS*_4
    out[8, 37] = fICOS*_4
    out[9, 38] = Ab
    out[10, 39] = D


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
