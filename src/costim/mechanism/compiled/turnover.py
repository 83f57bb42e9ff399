"""Equations of B-cell turnover and empirical effect. Written by `make kernels` from model/turnover.toml; not to be edited."""
# ruff: noqa
# fmt: off
# mypy: ignore-errors

import math

EQUATIONS = "91834edc27269a5a"
STATES = ('A1', 'A2', 'P', 'N', 'M', 'X', 'Ta', 'Tm', 'Ab', 'D', 'E1', 'E2')
VALUES = ('CL', 'V1', 'Q', 'V2', 'CLT', 'kmax', 'EC50', 'kP', 'fP', 'kN', 'N0', 'M0', 'kM', 'fM', 'kX', 'kT', 'kTM', 'kAb', 'kD', 'kE', 'eX', 'eT', 'eAb', 'eD', 's40', 's80', 'f40L', 's40L', 'f69', 's69', 'fICOS', 'sICOS', 'Ab0', 'SLEDAI0')
PARAMETERS = 24
OUTPUTS = ('drug', 'cd19', 'naive', 'memory', 'cd40', 'cd80', 'cd40l', 'cd69', 'icos', 'anti_dsdna', 'sledai')


def rates(y, p, infusion, dy):
    A1 = y[0]
    A2 = y[1]
    P = y[2]
    N = y[3]
    M = y[4]
    X = y[5]
    Ta = y[6]
    Tm = y[7]
    Ab = y[8]
    D = y[9]
    E1 = y[10]
    E2 = y[11]
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
    kX = p[14]
    kT = p[15]
    kTM = p[16]
    kAb = p[17]
    kD = p[18]
    kE = p[19]
    eX = p[20]
    eT = p[21]
    eAb = p[22]
    eD = p[23]
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
    dy[5] = kX*(1.0 - eX*E2 - X)
    _6 = 1.0 - eT*E2
    dy[6] = kT*(_6 - Ta)
    dy[7] = kTM*(_6 - Tm)
    dy[8] = kAb*(1.0 - eAb*E2 - Ab)
    dy[9] = kD*(1.0 - eD*E2 - D)
    dy[10] = -(kE*E1)
    dy[11] = kE*(E1 - E2)


def jacobian(y, p, infusion, J):
    J[:, :] = 0.0
    A1 = y[0]
    P = y[2]
    N = y[3]
    M = y[4]
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
    kX = p[14]
    kT = p[15]
    kTM = p[16]
    kAb = p[17]
    kD = p[18]
    kE = p[19]
    eX = p[20]
    eT = p[21]
    eAb = p[22]
    eD = p[23]
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
    J[5, 5] = -kX
    J[5, 11] = -(kX*eX)
    J[6, 6] = -kT
    J[6, 11] = -(kT*eT)
    J[7, 7] = -kTM
    J[7, 11] = -(kTM*eT)
    J[8, 8] = -kAb
    J[8, 11] = -(kAb*eAb)
    J[9, 9] = -kD
    J[9, 11] = -(kD*eD)
    _11 = -kE
    J[10, 10] = _11
    J[11, 10] = kE
    J[11, 11] = _11


def by_parameters(y, p, infusion, dp):
    dp[:, :] = 0.0
    A1 = y[0]
    A2 = y[1]
    P = y[2]
    N = y[3]
    M = y[4]
    X = y[5]
    Ta = y[6]
    Tm = y[7]
    Ab = y[8]
    D = y[9]
    E1 = y[10]
    E2 = y[11]
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
    kX = p[14]
    kT = p[15]
    kTM = p[16]
    kAb = p[17]
    kD = p[18]
    eX = p[20]
    eT = p[21]
    eAb = p[22]
    eD = p[23]
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
    dp[5, 14] = 1.0 - eX*E2 - X
    dp[5, 20] = -(kX*E2)
    _16 = 1.0 - eT*E2
    dp[6, 15] = _16 - Ta
    dp[6, 21] = -(kT*E2)
    dp[7, 16] = _16 - Tm
    dp[7, 21] = -(kTM*E2)
    dp[8, 17] = 1.0 - eAb*E2 - Ab
    dp[8, 22] = -(kAb*E2)
    dp[9, 18] = 1.0 - eD*E2 - D
    dp[9, 23] = -(kD*E2)
    dp[10, 19] = -E1
    dp[11, 19] = E1 - E2


def outputs(y, p, out):
    A1 = y[0]
    N = y[3]
    M = y[4]
    X = y[5]
    Ta = y[6]
    Tm = y[7]
    Ab = y[8]
    D = y[9]
    V1 = p[1]
    s40 = p[24]
    s80 = p[25]
    f40L = p[26]
    s40L = p[27]
    f69 = p[28]
    s69 = p[29]
    fICOS = p[30]
    sICOS = p[31]
    Ab0 = p[32]
    SLEDAI0 = p[33]
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
    s40 = p[24]
    s80 = p[25]
    f40L = p[26]
    s40L = p[27]
    f69 = p[28]
    s69 = p[29]
    fICOS = p[30]
    sICOS = p[31]
    Ab0 = p[32]
    SLEDAI0 = p[33]
    out[0, 0] = 1.0/V1
    out[1, 3] = 1.0
    out[1, 4] = 1.0
    out[2, 3] = 1.0
    out[3, 4] = 1.0
    out[4, 5] = s40
    out[5, 5] = s80
    out[6, 6] = f40L*s40L
    out[7, 6] = f69*s69
    out[8, 7] = fICOS*sICOS
    out[9, 8] = Ab0
    out[10, 9] = SLEDAI0


def outputs_by_values(y, p, out):
    out[:, :] = 0.0
    A1 = y[0]
    X = y[5]
    Ta = y[6]
    Tm = y[7]
    Ab = y[8]
    D = y[9]
    V1 = p[1]
    f40L = p[26]
    s40L = p[27]
    f69 = p[28]
    s69 = p[29]
    fICOS = p[30]
    sICOS = p[31]
    C = A1/V1
    out[0, 1] = -(C/V1)
    _2 = X - 1.0
    out[4, 24] = _2
    out[5, 25] = _2
    _3 = Ta - 1.0
    out[6, 26] = 1.0 + s40L*_3
    out[6, 27] = f40L*_3
    out[7, 28] = 1.0 + s69*_3
    out[7, 29] = f69*_3
    _4 = Tm - 1.0
    out[8, 30] = 1.0 + sICOS*_4
    out[8, 31] = fICOS*_4
    out[9, 32] = Ab
    out[10, 33] = D


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
    y[10] = 0.0
    y[11] = 0.0


def baseline_by_parameters(p, dp):
    dp[:, :] = 0.0
    dp[3, 10] = 1.0
    dp[4, 11] = 1.0


def at_dose(p, y):
    y[10] = 1.0
    y[11] = 1.0


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


def at_dose_by_parameters(p, y, dp):
    dp[:, :] = 0.0
